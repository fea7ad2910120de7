using System.Collections.Concurrent;

namespace RemoteShell.Simulator;

/// <summary>Counts the starts of commands by host and run, to prove that none started twice. Safe for use by several threads.</summary>
/// <remarks>It is apart from what the hosts remember of their jobs: a job that a host starts again counts twice.</remarks>
internal sealed class StartCounts
{
    private readonly ConcurrentDictionary<(string Host, string Run), int> _starts = new();

    private long _total;

    /// <summary>How many there were.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Counts a start.</summary>
    public void Add(string host, string run)
    {
        _starts.AddOrUpdate((host, run), 1, (_, count) => count + 1);
        Interlocked.Increment(ref _total);
    }

    /// <summary>The numbers in words.</summary>
    public override string ToString()
    {
        KeyValuePair<(string Host, string Run), int>[] all = [.. _starts];
        int hosts = all.Select(one => one.Key.Host).Distinct(StringComparer.Ordinal).Count();
        int most = all.Select(one => one.Value).DefaultIfEmpty().Max();
        return $"{all.Sum(one => one.Value)} commands on {hosts} hosts, at most {most} for each host and run";
    }
}
