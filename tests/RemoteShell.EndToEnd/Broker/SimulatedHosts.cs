using System.Diagnostics;
using System.Globalization;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Fleet;
using RemoteShell.Testing.Nats;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>The hosts of the simulator behind a NATS server, and a client.</summary>
/// <remarks>Half of them answer only after <see cref="ReleaseAsync"/>. A test is skipped if nats-server is not installed.</remarks>
internal sealed class SimulatedHosts : IAsyncDisposable
{
    /// <summary>How many hosts there are.</summary>
    public static readonly int Count = TestSize.Of(normal: 200, full: 1000);

    // For many hosts, on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Programs _client = new();
    private Process? _simulator;

    private SimulatedHosts(NatsServer broker) => Broker = broker;

    public NatsServer Broker { get; }

    /// <summary>The client's newest run.</summary>
    public KeptRun LastRun => new RunStore(this["client/runs"]).List()[^1];

    /// <summary>The verdicts of the newest run that are on the disk.</summary>
    public string[] KeptVerdicts => File.ReadAllLines(this[$"client/runs/{LastRun.Record.Id}/verdicts"]);

    // The path of a file for the test.
    private string this[string name] => Path.Combine(_client.Home, name);

    /// <summary>Starts the broker and the hosts, and waits until each of them gets requests.</summary>
    public static async Task<SimulatedHosts> StartAsync()
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        var hosts = new SimulatedHosts(await NatsServer.StartAsync());
        try
        {
            await hosts.StartSimulatorAsync();
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the client's <c>run</c> on all hosts, with the verdicts as JSON.</summary>
    public Process Start(string command)
        => _client.Start(
            "rsh-client", "run", "--json", "--accept-new", "--connect-timeout", "1m", "--broker", Broker.Url, $"sim[1-{Count}]", command);

    public Task<Output> ClientAsync(params string[] arguments) => FleetServer.EndAsync(_client.Start("rsh-client", arguments));

    /// <summary>Lets the hosts that have not answered go on.</summary>
    public Task ReleaseAsync() => _simulator!.StandardInput.WriteAsync("\n");

    /// <summary>Ends the simulator.</summary>
    public async Task<StartedCommands> StopAsync()
    {
        using Process simulator = _simulator!;
        _simulator = null;
        Output output = await FleetServer.EndAsync(simulator);
        Assert.True(output.Status == 0, output.Error);
        return StartedCommands.Parse(output.Text[(output.Text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_simulator is not null)
        {
            await FleetServer.KillAsync(_simulator);
            _simulator.Dispose();
        }

        await _client.DisposeAsync();
        await Broker.DisposeAsync();
    }

    private async Task StartSimulatorAsync()
    {
        Assert.Equal(0, (await _client.ClientAsync("keygen")).Status);
        string key = (await _client.ClientAsync("pubkey")).Text;
        string ready = this["ready"], count = Count.ToString(CultureInfo.InvariantCulture);
        string held = (Count / 2).ToString(CultureInfo.InvariantCulture);
        _simulator = _client.Start(
            "RemoteShell.Simulator",
            "--url", Broker.Url, "--hosts", count, "--hold", held, "--authorized-key", key, "--ready-file", ready);
        long start = Stopwatch.GetTimestamp();
        while (!File.Exists(ready))
        {
            if (_simulator.HasExited)
                Assert.Fail(await _simulator.StandardError.ReadToEndAsync());
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, "the simulator is not ready");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}
