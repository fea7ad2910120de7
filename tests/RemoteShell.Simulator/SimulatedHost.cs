using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Broker.Broadcasts;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Presence;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Simulator;

/// <summary>One host, with a connection to the broker and a key of its own.</summary>
internal sealed class SimulatedHost : IAsyncDisposable
{
    // A host has one request and one result of about 1 KiB at a time.
    private const int BufferSize = 4 * 1024;

    private readonly SimulatedFleet _fleet;
    private readonly BroadcastHost _name;
    private readonly Identity _identity;
    private readonly SimulatedServer _server;
    private BrokerConnection? _broker;
    private RequestReceiver? _receiver;

    /// <summary>Makes a host that is not connected yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fleet">The fleet to which it belongs.</param>
    /// <param name="release">When it ends, the host gives its answers.</param>
    public SimulatedHost(string name, SimulatedFleet fleet, Task release)
    {
        _fleet = fleet;
        _name = new() { Name = name, Groups = ["simulated"] };
        _identity = HostKeys.Make();
        _server = new(_name, _identity, fleet.Authorized, fleet.Starts, release);
    }

    public async Task StartAsync(CancellationToken stopping)
    {
        var options = new BrokerOptions
        {
            Url = _fleet.Url,
            Name = _name.Name,
            ConnectTimeout = TimeSpan.FromSeconds(60),
            BufferSize = BufferSize,
        };
        _broker = await BrokerConnection.ConnectAsync(options, BrokerPatience.Endless, NullLogger.Instance, stopping);
        _receiver = new(_broker, _name, _server, NullLogger.Instance);
        await _receiver.StartAsync(stopping);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        Task announcing = _fleet.IsAnnounced ? AnnounceAsync(stopping) : Task.CompletedTask;
        await _receiver!.RunAsync(stopping);
        await announcing;
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
        _identity.Dispose();
    }

    private async Task AnnounceAsync(CancellationToken stopping)
    {
        HostDirectory directory = await HostDirectory.OpenAsync(_broker!, stopping);
        var announcement = new HostAnnouncement
        {
            Name = _name.Name,
            Groups = _name.Groups,
            Version = ProductVersion.Text,
            Key = _identity.PublicKey.ToString(),
        };
        await directory.AnnounceAsync(announcement, NullLogger.Instance, stopping);
    }
}
