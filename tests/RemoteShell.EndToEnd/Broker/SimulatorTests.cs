using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>One request for hundreds of hosts whose broker or client dies: each has one verdict, and no command starts twice.</summary>
public sealed class SimulatorTests
{
    private const string Command = "echo 'the output is this line'";

    // For many hosts, on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // Fewer than the hosts that answer at once, so that all states are there: kept, published, to be published, and held.
    private static readonly int Seen = SimulatedHosts.Count / 5;

    [Fact]
    public async Task Each_host_has_its_verdict_and_output()
    {
        await using SimulatedHosts hosts = await SimulatedHosts.StartAsync();
        using Process client = hosts.Start(Command);
        await hosts.ReleaseAsync();
        await AssertAllOkAsync(client, seen: "");
        await AssertRanOnceAsync(hosts);
    }

    [Fact]
    public async Task Each_host_has_one_verdict_after_the_broker_was_killed()
    {
        await using SimulatedHosts hosts = await SimulatedHosts.StartAsync();
        using Process client = hosts.Start(Command);
        string seen = await SeeAsync(client);
        Assert.InRange(hosts.KeptVerdicts.Length, Seen, SimulatedHosts.Count / 2);
        // Some of the other half publish before the broker dies, some while it does, and some when it is back.
        await hosts.ReleaseAsync();
        await hosts.Broker.RestartAsync();
        await AssertAllOkAsync(client, seen);
        await AssertRanOnceAsync(hosts);
    }

    [Fact]
    public async Task Each_host_has_one_verdict_after_the_client_was_killed_and_the_run_resumed()
    {
        await using SimulatedHosts hosts = await SimulatedHosts.StartAsync();
        using (Process client = hosts.Start(Command))
        {
            await SeeAsync(client);
            await FleetServer.KillAsync(client);
        }

        int kept = hosts.KeptVerdicts.Length;
        Assert.InRange(kept, Seen, SimulatedHosts.Count / 2);
        Assert.Equal(RunState.Interrupted, hosts.LastRun.State);
        await hosts.ReleaseAsync();
        Output resumed = await hosts.ClientAsync("runs", "resume", hosts.LastRun.Record.Id);
        Assert.True(resumed.Status == 0, resumed.Error);
        // The others have their verdict from the client that was killed.
        Assert.Equal(SimulatedHosts.Count - kept, FleetServer.Verdicts(resumed).Count(one => one.Value == "ok"));
        await AssertRanOnceAsync(hosts);
    }

    // Reads the first verdicts of a client.
    private static async Task<string> SeeAsync(Process client)
    {
        string all = "";
        for (int i = 0; i < Seen; i++)
        {
            string? line = await client.StandardOutput.ReadLineAsync().Within(Limit);
            Assert.True(line is not null, line is null ? await client.StandardError.ReadToEndAsync() : "");
            all += $"{line}\n";
        }

        return all;
    }

    // Reads on after the verdicts that were seen, to the end of the client.
    private static async Task AssertAllOkAsync(Process client, string seen)
    {
        Task<string> rest = client.StandardOutput.ReadToEndAsync(), error = client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync().Within(Limit);
        Assert.True(client.ExitCode == 0, await error);
        var output = new Output(client.ExitCode, Encoding.UTF8.GetBytes(seen + await rest), await error);
        Assert.Equal(SimulatedHosts.Count, FleetServer.Verdicts(output).Count(one => one.Value == "ok"));
        JsonElement[] lines = FleetServer.Json(output);
        Assert.Equal(SimulatedHosts.Count + 1, lines.Length);
        Assert.All(lines[..^1], line => Assert.True(line.GetProperty("verified").GetBoolean()));
    }

    // What is kept of the only run, and what the hosts have counted.
    private static async Task AssertRanOnceAsync(SimulatedHosts hosts)
    {
        KeptRun run = hosts.LastRun;
        Assert.Equal(RunState.Ended, run.State);
        Assert.Equal(SimulatedHosts.Count, run.Verdicts.Count(verdict => verdict.Kind == VerdictKind.Ok));
        Assert.Equal(SimulatedHosts.Count, hosts.KeptVerdicts.Length);
        foreach (RunTarget target in run.Targets)
        {
            using var reader = new StreamReader(run.OpenOutput(target.Host, OutputStream.StandardOutput));
            Assert.Equal($"{Command}\n", await reader.ReadToEndAsync());
        }

        Assert.Equal(new StartedCommands(SimulatedHosts.Count, SimulatedHosts.Count, 1), await hosts.StopAsync());
    }
}
