using System.Globalization;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>More hosts than this process may have files.</summary>
public sealed class ManyHostsTests
{
    private static readonly int Hosts = Programs.AreNative ? 2000 : 250;

    [Fact]
    public async Task Two_thousand_hosts_with_1024_files_are_all_ok()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs ulimit");
        await using FleetServer server = await FleetServer.StartAsync();
        using System.Diagnostics.Process client = server.Programs.StartTool(
            "/bin/sh", "-c", "ulimit -n 1024; exec \"$0\" \"$@\"", Programs.ClientPath,
            "run", "--accept-new", "--fanout", "1000", server.Hosts(Hosts), "sleep 0.05");
        Output output = await FleetServer.EndAsync(client);
        Assert.Equal(("", 0), (output.Text, output.Status));
        KeptRun run = server.LastRun();
        Assert.Matches("^rsh-client: on [0-9]+ hosts at once, not 1000: this process may open 1024 files", output.Error);
        Assert.EndsWith($"rsh-client: {Hosts} of {Hosts} hosts are ok (run {run.Record.Id})\n", output.Error);
        Assert.Equal(Hosts, run.Verdicts.Count(verdict => verdict.Kind == VerdictKind.Ok));
        Output shown = await server.ClientAsync("runs", "--json");
        Assert.Equal(Hosts.ToString(CultureInfo.InvariantCulture), FleetServer.Text(Assert.Single(FleetServer.Json(shown)), "hosts"));
    }
}
