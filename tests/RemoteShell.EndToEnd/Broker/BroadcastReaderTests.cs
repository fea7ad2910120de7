using System.Diagnostics;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>The client starts <c>rsh-broker results</c> again when it dies: no result is lost, and none counts twice.</summary>
public sealed class BroadcastReaderTests
{
    private const string Reader = "results";

    // How often the client starts it again.
    private const int Starts = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(Starts)]
    public async Task Results_are_read_on_after_the_reader_was_killed(int times)
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        using Process client = Start(fleet);
        Task<Output> ending = FleetServer.EndAsync(client);
        await FirstVerdictAsync(fleet);
        for (int n = 0; n < times; n++)
            await BrokerChild.KillAsync(client, Reader);
        await OpenGateAsync(fleet);
        BroadcastFleet.AssertVerdicts(await ending, "ok", "ok");
        await AssertEffectsAsync(fleet);
    }

    [Fact]
    public async Task Results_that_come_while_no_reader_runs_are_read()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        using Process client = Start(fleet);
        Task<Output> ending = FleetServer.EndAsync(client);
        await FirstVerdictAsync(fleet);
        // The next start comes after a pause.
        await BrokerChild.KillAsync(client, Reader);
        await BrokerChild.KillAsync(client, Reader);
        await OpenGateAsync(fleet);
        BroadcastFleet.AssertVerdicts(await ending, "ok", "ok");
        await AssertEffectsAsync(fleet);
    }

    [Fact]
    public async Task Hosts_are_lost_if_the_reader_dies_again_and_again_and_resume_reads_on()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        using Process client = Start(fleet);
        Task<Output> ending = FleetServer.EndAsync(client);
        await FirstVerdictAsync(fleet);
        for (int n = 0; n <= Starts; n++)
            await BrokerChild.KillAsync(client, Reader);
        Output output = await ending;
        Assert.Equal(["lost", "ok"], FleetServer.Verdicts(output).Values.Order(StringComparer.Ordinal));
        Assert.Contains("rsh-broker has ended", output.Text);
        await OpenGateAsync(fleet);
        Output resumed = await fleet.ClientAsync("runs", "resume", await fleet.RunIdAsync());
        Assert.True(resumed.Status == 0, resumed.Error);
        await AssertEffectsAsync(fleet);
    }

    // The first host ends at once; the other one waits for the gate.
    private static Process Start(BroadcastFleet fleet)
    {
        string gate = fleet["gate"];
        string command = $"echo x >>{fleet["effect"]}; mkdir {gate} || while [ ! -e {gate}/open ]; do sleep 0.05; done; echo done";
        return fleet.Start("run", "--json", "web[1-2]", command);
    }

    private static async Task FirstVerdictAsync(BroadcastFleet fleet)
    {
        var store = new RunStore(fleet["client/runs"]);
        string id = await fleet.RunIdAsync();
        await Waiting.Until(() => store.Open(id).Verdicts.Count == 1, "one host has its verdict");
        await Waiting.Until(() => fleet.Lines("effect").Length == 2, "the other one runs the command");
    }

    private static Task OpenGateAsync(BroadcastFleet fleet) => File.WriteAllTextAsync(Path.Combine(fleet["gate"], "open"), "");

    private static async Task AssertEffectsAsync(BroadcastFleet fleet)
    {
        foreach (string host in (string[])["web1", "web2"])
            Assert.Equal("done\n", (await fleet.ClientAsync("runs", "output", await fleet.RunIdAsync(), host)).Text);
        Assert.Equal(["x", "x"], fleet.Lines("effect"));
    }
}
