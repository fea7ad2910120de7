using System.Globalization;

namespace RemoteShell.EndToEnd;

/// <summary>A number that no other process has among its arguments, so that a test finds the processes which it has started.</summary>
public sealed class Marked : IDisposable
{
    private static int _last = Environment.ProcessId % 10_000 * 1000;

    /// <summary>The number; seconds for which sleep(1) sleeps for longer than any test.</summary>
    public string Seconds { get; } = (100_000_000 + Interlocked.Increment(ref _last)).ToString(CultureInfo.InvariantCulture);

    /// <summary>The process ids of those that run <c>sleep</c> for that number of seconds, or for it and digits behind a dot.</summary>
    public IReadOnlyList<int> Running() =>
    [
        .. from folder in Directory.GetDirectories("/proc")
           let pid = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0
           where pid > 0 && IsMine(folder)
           select pid,
    ];

    /// <summary>Waits until this many of the processes run.</summary>
    public Task UntilAsync(int count) => Waiting.Until(() => Running().Count == count, $"{count} processes sleep for {Seconds} s");

    /// <summary>Kills those that are left.</summary>
    public void Dispose()
    {
        foreach (int pid in Running())
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            process.Kill();
        }
    }

    private bool IsMine(string folder)
    {
        try
        {
            string[] words = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
            bool isSleep = Path.GetFileName(words[0]) == "sleep" && words.Length > 1;
            return isSleep && (words[1] == Seconds || words[1].StartsWith($"{Seconds}.", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
