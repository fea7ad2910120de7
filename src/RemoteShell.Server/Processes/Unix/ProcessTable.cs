using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Lists the processes of the system, where it has /proc.</summary>
internal static class ProcessTable
{
    private static readonly SemaphoreSlim Reading = new(1);

    // Guarded by Reading: the last list, and when its reading began.
    private static IReadOnlyList<ProcessEntry> _last = [];
    private static long _lastBegan = long.MinValue;

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

    /// <summary>Returns a list that is no older than the call. Callers at the same time share one: many jobs may end at once.</summary>
    public static async Task<IReadOnlyList<ProcessEntry>> ReadAsync()
    {
        long called = Stopwatch.GetTimestamp();
        await Reading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_lastBegan < called)
            {
                _lastBegan = Stopwatch.GetTimestamp();
                _last = Read();
            }

            return _last;
        }
        finally
        {
            Reading.Release();
        }
    }
}
