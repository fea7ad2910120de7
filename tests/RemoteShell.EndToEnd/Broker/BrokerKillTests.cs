using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Fleet;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>Each part is killed at a random moment of a run: each host has one true verdict, and each command runs once.</summary>
public sealed class BrokerKillTests
{
    private const int Lines = 100, Status = 5;

    private static readonly int Rounds = TestSize.Of(5, 50);
    private static readonly string Printed = string.Concat(Enumerable.Range(0, Lines).Select(n => $"{n}\n"));
    private static readonly string[] Hosts = ["web1", "web2"];

    // For hosts that do not answer, on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("dial", "--sealed")]
    [InlineData("results")]
    public async Task Verdicts_are_true_and_effects_happen_once(string child, params string[] options)
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(Hosts.Length);
        foreach (int seed in FuzzSeed.Of(Random.Shared.Next(int.MaxValue / 2), Rounds))
        {
            string part = ((string[])[child, "serve", "broker", "client"])[seed % 4];
            try
            {
                await RoundAsync(fleet, part, child, options, Choices.FromSeed(seed));
            }
            catch (Exception e)
            {
                Assert.Fail($"{FuzzSeed.Variable}={seed}, {part}: {e}");
            }
        }
    }

    private static async Task RoundAsync(BroadcastFleet fleet, string part, string child, string[] options, Choices choices)
    {
        File.Delete(fleet["effect"]);
        var store = new RunStore(fleet["client/runs"]);
        HashSet<string> before = [.. store.List().Select(run => run.Record.Id)];
        string command = $"echo $RSH_JOB >>{fleet["effect"]}; i=0; while [ $i -lt {Lines} ]; do echo $i; i=$((i+1)); sleep 0.01; done; "
            + $"exit {Status}";
        using Process client = fleet.Start(["run", "--json", .. options, "web[1-2]", command]);
        Task<Output> ending = FleetServer.EndAsync(client);
        await Task.Delay(choices.Next(2500));
        await KillAsync(fleet, part, child, client, choices);
        Output output = await ending.Within(Limit);

        // A client that was killed early has begun nothing.
        if (store.List().SingleOrDefault(run => !before.Contains(run.Record.Id)) is not { } run)
        {
            Assert.Equal("client", part);
            Assert.Empty(fleet.Lines("effect"));
            return;
        }

        if (part != "client")
            Assert.True(run.Verdicts.Count == Hosts.Length, $"{output.Text}{output.Error}");
        AssertTrue(fleet, run, output);
        Output resumed = await fleet.ClientAsync("runs", "resume", run.Record.Id);
        run = store.Open(run.Record.Id);
        AssertTrue(fleet, run, resumed);
        string said = $"{output.Text}{output.Error}{resumed.Text}{resumed.Error}";
        Assert.All(run.Verdicts, verdict => Assert.True(verdict.Kind is VerdictKind.Failed or VerdictKind.Unreachable, said));
        Assert.Equal(Hosts, run.Verdicts.Select(verdict => verdict.Host).Order());
    }

    private static async Task KillAsync(BroadcastFleet fleet, string part, string child, Process client, Choices choices)
    {
        switch (part)
        {
            case "serve":
                FleetHost host = fleet.Host(choices.Next(2) + 1);
                await host.KillServeAsync();
                await Task.Delay(choices.Next(500));
                await host.ServeAsync(fleet.Broker.Url);
                break;
            case "broker":
                await fleet.Broker.KillAsync();
                await Task.Delay(choices.Next(500));
                await fleet.Broker.StartAgainAsync();
                break;
            case "client":
                client.Kill();
                break;
            default:
                BrokerChild.TryKill(client, child);
                break;
        }
    }

    // A job that has its exit status has run once, and all its output is there; one that was not reached has not run.
    private static void AssertTrue(BroadcastFleet fleet, KeptRun run, Output output)
    {
        string[] effects = fleet.Lines("effect");
        Assert.Equal(effects.Distinct(), effects);
        foreach (HostVerdict verdict in run.Verdicts)
        {
            string said = $"{verdict.Host}: {verdict.Text}\n{output.Text}{output.Error}";
            bool hasRun = effects.Contains(run.TargetOf(verdict.Host).Job);
            if (verdict.Kind == VerdictKind.Failed)
                Assert.True(hasRun && verdict.ExitStatus == Status && OutputOf(run, verdict.Host) == Printed, said);
            else if (verdict.Kind != VerdictKind.Lost)
                Assert.True(!hasRun && verdict.Kind == VerdictKind.Unreachable && verdict.Reason is { Length: > 0 }, said);
        }
    }

    private static string OutputOf(KeptRun run, string host)
    {
        using var reader = new StreamReader(run.OpenOutput(host, OutputStream.StandardOutput));
        return reader.ReadToEnd();
    }
}
