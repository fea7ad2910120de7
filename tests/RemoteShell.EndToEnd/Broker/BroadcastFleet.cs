using System.Diagnostics;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Protocol.Transport;
using RemoteShell.Testing.Nats;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>The hosts <c>web1</c>, <c>web2</c> and so on behind a NATS server, in the group <c>web</c>, and a client.</summary>
internal sealed class BroadcastFleet : IAsyncDisposable
{
    private readonly List<FleetHost> _hosts = [];

    private BroadcastFleet(NatsServer broker) => Broker = broker;

    /// <summary>The client.</summary>
    public Programs Client { get; } = new();

    public NatsServer Broker { get; }

    /// <summary>The client's key.</summary>
    public Identity Identity => Identity.Load(this["client/id_ecdsa.pem"]);

    /// <summary>The path of a file for the test.</summary>
    public string this[string name] => Path.Combine(Client.Home, name);

    /// <summary>Starts the hosts, and lets the client know their keys.</summary>
    public static async Task<BroadcastFleet> StartAsync(int count)
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        var fleet = new BroadcastFleet(await NatsServer.StartAsync());
        await fleet.StartHostsAsync(count);
        return fleet;
    }

    /// <summary>The host with a number from 1.</summary>
    public FleetHost Host(int number) => _hosts[number - 1];

    public Task<Output> ClientAsync(params string[] arguments) => Client.ClientAsync(arguments);

    /// <summary>Runs a command, with the verdicts as JSON.</summary>
    public Task<Output> RunAsync(string set, string command, params string[] options)
        => ClientAsync(["run", "--json", .. options, set, command]);

    /// <summary>Starts a command.</summary>
    public Process Start(params string[] arguments) => Client.Start("rsh-client", arguments);

    /// <summary>The lines of a file that commands append to.</summary>
    public string[] Lines(string name) => File.Exists(this[name]) ? File.ReadAllLines(this[name]) : [];

    /// <summary>The id of the client's newest run.</summary>
    public async Task<string> RunIdAsync()
    {
        string folder = this["client/runs"];
        await Waiting.Until(() => new RemoteShell.Fleet.RunStore(folder).List().Count > 0, "the client keeps a run");
        return new RemoteShell.Fleet.RunStore(folder).List()[^1].Record.Id;
    }

    /// <summary>Asserts the verdicts of hosts, in the order of their names.</summary>
    public static void AssertVerdicts(Output output, params string[] expected)
    {
        string[] verdicts = [.. FleetServer.Verdicts(output).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value)];
        Assert.True(expected.SequenceEqual(verdicts), $"{output.Text}{output.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FleetHost host in _hosts)
            await host.DisposeAsync();
        await Client.DisposeAsync();
        await Broker.DisposeAsync();
    }

    private async Task StartHostsAsync(int count)
    {
        Assert.Equal(0, (await ClientAsync("keygen")).Status);
        string key = (await ClientAsync("pubkey")).Text;
        await File.WriteAllTextAsync(this["client/config"], $"AcceptNew yes\nHost web* db*\n  Broker {Broker.Url}\n");
        for (int number = 1; number <= count; number++)
        {
            FleetHost host = await FleetHost.StartAsync($"web{number}", key, "--groups", "web");
            _hosts.Add(host);
            await host.ServeAsync(Broker.Url);
        }

        // Through tunnels: all hosts are there then, and the client knows their keys.
        for (int number = 1; number <= count; number++)
            await Waiting.UntilAsync(async () => (await ClientAsync("run", $"web{number}", "true")).Status == 0, "the host answers");
    }
}
