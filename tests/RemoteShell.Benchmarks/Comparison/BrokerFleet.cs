using System.Diagnostics;
using RemoteShell.Testing.Nats;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Simulated hosts behind a nats-server of their own, and the home of a client with nothing but their keys.</summary>
internal sealed class BrokerFleet : IAsyncDisposable
{
    private readonly string _client;
    private readonly string _home;
    private readonly int _count;
    private readonly NatsServer _broker;
    private readonly Process _simulator;

    private BrokerFleet(string client, string home, int count, NatsServer broker, Process simulator)
        => (_client, _home, _count, _broker, _simulator) = (client, home, count, broker, simulator);

    /// <summary>Starts the broker and the hosts.</summary>
    /// <param name="client">The client program.</param>
    /// <param name="folder">The folder for its home.</param>
    /// <param name="count">How many hosts.</param>
    public static async Task<BrokerFleet> StartAsync(string client, string folder, int count)
    {
        string home = Directory.CreateDirectory(Path.Combine(folder, $"simulated-{count}")).FullName;
        string key = await Shell.OutputAsync("env", [$"RSH_HOME={home}", client, "keygen"]);
        NatsServer broker = await NatsServer.StartAsync();
        try
        {
            Process simulator = await Simulator.StartAsync(
                Path.Combine(home, "ready"), "--url", broker.Url, "--hosts", $"{count}", "--authorized-key", key);
            return new(client, home, count, broker, simulator);
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command on all hosts. Returns the time in s.</summary>
    public async Task<double> RunAsync()
    {
        await CollectAsync();
        // The first time, each host is added to the known ones, which takes longer than the default time to answer.
        const string options = "--json --accept-new --connect-timeout 2m";
        string run = $"run {options} --broker {_broker.Url} 'sim[1-{_count}]' true > /dev/null";
        return await Shell.LineAsync($"RSH_HOME='{_home}' exec '{_client}' {run}") / 1000;
    }

    // The heap of all hosts in one process is not part of what a fleet costs.
    private async Task CollectAsync()
    {
        await _simulator.StandardInput.WriteLineAsync("collect");
        await _simulator.StandardInput.FlushAsync();
        string? line;
        do
            line = await _simulator.StandardOutput.ReadLineAsync();
        while (line is not null and not "collected");
        if (line is null)
            throw new InvalidOperationException($"the simulator has ended: {await _simulator.StandardError.ReadToEndAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.EndAsync(_simulator);
        await _broker.DisposeAsync();
    }
}
