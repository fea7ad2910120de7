using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Lists the processes of the system, where it has /proc.</summary>
internal static class ProcessTable
{
    private static readonly SharedReading<IReadOnlyList<ProcessEntry>> Shared = new(Read);

    /// <summary>Whether this system can list its processes.</summary>
    public static bool IsAvailable { get; } = File.Exists("/proc/self/stat");

    /// <summary>Reads the list; empty on a system without /proc.</summary>
    public static IReadOnlyList<ProcessEntry> Read()
    {
        var entries = new List<ProcessEntry>();
        if (!IsAvailable)
            return entries;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && ProcessEntry.Read(pid) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <summary>Reads a file of a process in /proc; empty if the process is gone, or if this system has no such file.</summary>
    public static string ReadFile(int pid, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{name}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Returns a list that is no older than the call. Callers at the same time share one.</summary>
    public static Task<IReadOnlyList<ProcessEntry>> ReadAsync() => Shared.ReadAsync();
}
