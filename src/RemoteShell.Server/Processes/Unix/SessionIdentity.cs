using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Identifies the session of a command for a later server, and tells it from a later session with the same number.</summary>
/// <param name="Leader">The process id of the leader, which is the session's number.</param>
/// <param name="Start">When the leader started, in the system's ticks since boot.</param>
/// <param name="AutoGroup">
/// The scheduler's autogroup of the session, if the system has them. Each session gets a new one, so it identifies the session after its
/// leader is gone.
/// </param>
internal sealed record SessionIdentity(int Leader, string Start, string? AutoGroup)
{
    /// <summary>Identifies the session that a process leads; null if the process is gone, or the system does not tell.</summary>
    public static SessionIdentity? Of(int leader)
        => ProcessEntry.Read(leader) is { } entry && entry.Session == leader ? new(leader, entry.Start, AutoGroupOf(leader)) : null;

    /// <summary>The processes of the session that still run; none if it cannot be proved that it is the same session.</summary>
    public IEnumerable<ProcessEntry> Members(IReadOnlyList<ProcessEntry> all)
    {
        IEnumerable<ProcessEntry> members = all.Where(process => process.IsAlive && process.Session == Leader);
        // The number of a session is not used again while a process of the session exists.
        if (all.Any(process => process.Pid == Leader))
            return all.Any(process => process.Pid == Leader && process.Start == Start) ? members : [];
        return AutoGroup is null ? [] : members.Where(process => AutoGroupOf(process.Pid) == AutoGroup);
    }

    // proc(5): "/autogroup-25 nice 0".
    private static string? AutoGroupOf(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/autogroup");
            return text.Split(' ') is [{ Length: > 0 } name, ..] && text.StartsWith('/') ? name : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
