using RemoteShell.Testing.Nats;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Hosts behind a nats-server: a request to many of them, and a tunnel to one. There are no rows if it is not installed.</summary>
/// <param name="own">The server behind the tunnel.</param>
/// <param name="folder">A folder for files.</param>
/// <param name="file">A file of 1 GiB.</param>
internal sealed class BrokerRows(OwnServer own, string folder, string file) : IAsyncDisposable
{
    private readonly Dictionary<int, BrokerFleet> _fleets = [];
    private BrokerTunnel? _tunnel;

    public IEnumerable<Row> All()
    {
        if (!NatsServer.IsInstalled)
        {
            Console.Error.WriteLine($"skipped the rows of a broker: {NatsServer.Missing}");
            yield break;
        }

        foreach (int count in (int[])[100, 1_000, 10_000])
        {
            yield return new(
                FormattableString.Invariant($"broadcast to {count:N0} simulated hosts with known keys, `run --json`"),
                "s",
                async () => await (await FleetAsync(count)).RunAsync(),
                null,
                count == 10_000 ? "≤ 2 s" : "");
        }

        yield return new(
            "1 GiB through a tunnel, `rsh-broker dial`, against a bare pump through the same `nats-server`",
            "MB/s",
            async () => await (await TunnelAsync()).DialAsync(),
            PumpAsync,
            "≥ 0.8");
        yield return new(
            "1 GiB of stdout through a tunnel, `run`, against a bare pump through the same `nats-server`",
            "MB/s",
            async () => await (await TunnelAsync()).RunAsync(),
            PumpAsync,
            "");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BrokerFleet fleet in _fleets.Values)
            await fleet.DisposeAsync();
        if (_tunnel is not null)
            await _tunnel.DisposeAsync();
    }

    private async Task<double> PumpAsync() => await (await TunnelAsync()).PumpAsync();

    // Started for the first row that needs it.
    private async Task<BrokerFleet> FleetAsync(int count)
    {
        if (!_fleets.TryGetValue(count, out BrokerFleet? fleet))
            _fleets[count] = fleet = await BrokerFleet.StartAsync(own.Client, folder, count);
        return fleet;
    }

    private async Task<BrokerTunnel> TunnelAsync() => _tunnel ??= await BrokerTunnel.StartAsync(own, folder, file);
}
