using RemoteShell.Protocol.Transport;

namespace RemoteShell.Simulator;

/// <summary>All hosts of the simulator.</summary>
internal sealed class SimulatedFleet
{
    // Connections that are made at once.
    private const int AtOnce = 64;

    private readonly List<SimulatedHost> _hosts = [];
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The broker.</summary>
    public required string Url { get; init; }

    /// <summary>The key that may run commands.</summary>
    public required PublicKey Authorized { get; init; }

    /// <summary>Whether the hosts are listed at the broker.</summary>
    public required bool IsAnnounced { get; init; }

    /// <summary>How many of the last hosts give no answer until <see cref="Release"/>.</summary>
    public required int Held { get; init; }

    /// <summary>Which commands started.</summary>
    public StartCounts Starts { get; } = new();

    public int Count => _hosts.Count;

    /// <summary>Connects all hosts. Each of them receives requests when this returns.</summary>
    public async Task StartAsync(int count, string prefix, CancellationToken stopping)
    {
        _hosts.AddRange(Enumerable.Range(1, count)
            .Select(number => new SimulatedHost($"{prefix}{number}", this, number > count - Held ? _release.Task : Task.CompletedTask)));
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        await Parallel.ForEachAsync(_hosts, options, async (host, _) => await host.StartAsync(stopping));
    }

    /// <summary>Lets all hosts answer from now on.</summary>
    public void Release() => _release.TrySetResult();

    /// <summary>Runs until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await Task.WhenAll(_hosts.Select(host => host.RunAsync(stopping)));
        await Parallel.ForEachAsync(_hosts, async (host, _) => await host.DisposeAsync());
    }
}
