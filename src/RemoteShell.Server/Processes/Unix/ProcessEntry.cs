using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>A process, as the system showed it at one moment.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="Name">The name of the program, at most 15 bytes; the process chooses it, so it may have any character.</param>
/// <param name="State">A letter of proc_pid_stat(5).</param>
/// <param name="Parent">The process id of the parent.</param>
/// <param name="Group">The process group.</param>
/// <param name="Session">The session.</param>
/// <param name="Start">When the process started, in the system's ticks since boot. Tells it from a later process with the same id.</param>
internal readonly record struct ProcessEntry(int Pid, string Name, char State, int Parent, int Group, int Session, string Start)
{
    // Indexes of the fields after the closing parenthesis of the name. proc_pid_stat(5) counts from the process id, at 1.
    private const int StateField = 0, ParentField = 1, GroupField = 2, SessionField = 3, StartField = 19;

    /// <summary>Whether the process runs. A zombie does not: it has ended, and waits for its parent.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <summary>Reads a process; null if it is gone, or if this system has no /proc.</summary>
    public static ProcessEntry? Read(int pid)
    {
        try
        {
            return Parse(pid, File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The name stands in parentheses, and may have parentheses and blanks itself.
    private static ProcessEntry? Parse(int pid, string stat)
    {
        int open = stat.IndexOf('(', StringComparison.Ordinal), close = stat.LastIndexOf(')');
        if (open < 0 || close < open)
            return null;
        string[] fields = stat[(close + 2)..].Split(' ');
        if (fields.Length <= StartField)
            return null;
        return new(
            pid,
            stat[(open + 1)..close],
            fields[StateField][0],
            Number(fields[ParentField]),
            Number(fields[GroupField]),
            Number(fields[SessionField]),
            fields[StartField]);
    }

    private static int Number(string field) => int.Parse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
