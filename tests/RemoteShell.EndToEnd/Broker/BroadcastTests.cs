using System.Diagnostics;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>One signed request for a set of hosts: each has its verdict, and each command runs once.</summary>
public sealed class BroadcastTests
{
    [Fact]
    public async Task Each_host_has_its_verdict_and_output()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web[1-2]", "echo hi"), "ok", "ok");
        Output failed = await fleet.RunAsync("web[1-2]", "exit 7");
        BroadcastFleet.AssertVerdicts(failed, "failed", "failed");
        Assert.Equal(7, failed.Status);
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web[1-2]", "kill -KILL $$"), "signaled", "signaled");
        BroadcastFleet.AssertVerdicts(
            await fleet.RunAsync("web[1-2]", "exec sleep 100", "--timeout", "200ms"), "timed-out", "timed-out");
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web[1-2]", "true", "--cwd", "/no/such"), "not-started", "not-started");
        Output group = await fleet.ClientAsync("run", "--group", "web[1-2]", "echo same");
        Assert.Equal(0, group.Status);
        Assert.Equal(1, group.Text.Split('\n').Count(line => line == "same"));
    }

    [Fact]
    public async Task Host_that_is_away_is_unreachable_and_one_whose_key_is_read_only_refuses()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        string authorized = Path.Combine(fleet.Host(2).Programs.Home, "server", "authorized_keys");
        await File.WriteAllTextAsync(authorized, $"read-only {await File.ReadAllTextAsync(authorized)}");
        Output output = await fleet.RunAsync("web[1-3]", "echo hi", "--connect-timeout", "6s");
        BroadcastFleet.AssertVerdicts(output, "ok", "refused", "unreachable");
        Assert.Equal(255, output.Status);
    }

    [Theory]
    [InlineData(65_000)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public async Task Output_is_whole_inside_of_a_result_and_beyond(int size)
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(1);
        Output output = await fleet.RunAsync("web1,web1", $"head -c {size} /dev/zero | tr '\\0' x");
        string id = await fleet.RunIdAsync();
        Assert.Equal(0, output.Status);
        Output kept = await fleet.ClientAsync("runs", "output", id, "web1");
        Assert.Equal(new string('x', size), kept.Text);
    }

    [Fact]
    public async Task Changed_host_key_has_the_verdict_host_key()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        string known = fleet["client/known_hosts"];
        string[] lines = await File.ReadAllLinesAsync(known);
        string first = lines.Single(line => line.StartsWith("web1", StringComparison.Ordinal)).Split(' ')[^1];
        await File.WriteAllLinesAsync(known, lines.Select(line => $"{line[..line.LastIndexOf(' ')]} {first}"));
        Output output = await fleet.RunAsync("web[1-2]", "sleep 1", "--connect-timeout", "6s");
        BroadcastFleet.AssertVerdicts(output, "ok", "host-key");
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("server")]
    [InlineData("broker")]
    [InlineData("client")]
    public async Task Command_runs_once_and_its_verdict_comes_after_a_loss_of(string part)
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        string command = $"echo x >>{fleet["effect"]}; sleep 2; echo done";
        using Process client = fleet.Start("run", "--json", "web[1-2]", command);
        Task<Output> ending = FleetServer.EndAsync(client);
        await Waiting.Until(() => fleet.Lines("effect").Length == 2, "the commands run");
        switch (part)
        {
            case "serve":
                await fleet.Host(1).KillServeAsync();
                await fleet.Host(1).ServeAsync(fleet.Broker.Url);
                break;
            case "server":
                // The command has a supervisor of its own, or ends with the server: one verdict in each case.
                await fleet.Host(1).Programs.KillServerAsync();
                await fleet.Host(1).StartServerAsync();
                break;
            case "broker":
                await fleet.Broker.RestartAsync();
                break;
            default:
                await FleetServer.KillAsync(client);
                break;
        }

        Output output = await ending.Within(TimeSpan.FromMinutes(1));
        if (part == "client")
        {
            Output resumed = await fleet.ClientAsync("runs", "resume", await fleet.RunIdAsync());
            Assert.True(resumed.Status == 0, resumed.Error);
            foreach (string host in (string[])["web1", "web2"])
                Assert.Equal("done\n", (await fleet.ClientAsync("runs", "output", await fleet.RunIdAsync(), host)).Text);
        }
        else if (part == "server")
        {
            Assert.Equal(2, FleetServer.Verdicts(output).Count);
            Assert.Equal("ok", FleetServer.Verdicts(output)["web2"]);
        }
        else
        {
            BroadcastFleet.AssertVerdicts(output, "ok", "ok");
        }

        Assert.Equal(["x", "x"], fleet.Lines("effect"));
    }

    [Fact]
    public async Task Each_host_is_unreachable_if_the_broker_is_away()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await fleet.Broker.KillAsync();
        Output output = await fleet.RunAsync("web[1-2]", $"echo x >>{fleet["effect"]}");
        BroadcastFleet.AssertVerdicts(output, "unreachable", "unreachable");
        Assert.Equal(255, output.Status);
        Assert.Contains("cannot reach the broker", output.Text);
        await fleet.Broker.StartAgainAsync();
        BroadcastFleet.AssertVerdicts(await fleet.ClientAsync("rerun", "--unreached", await fleet.RunIdAsync()), "ok", "ok");
        Assert.Equal(["x", "x"], fleet.Lines("effect"));
    }

    [Fact]
    public async Task Host_that_is_away_starts_the_command_once_when_it_is_back()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await fleet.Host(2).KillServeAsync();
        string command = $"echo x >>{fleet["effect"]}; echo done";
        using Process client = fleet.Start("run", "--when-back", "1h", "web[1-2]", command);
        await Waiting.Until(() => fleet.Lines("effect").Length == 1, "web1 runs it");
        await FleetServer.KillAsync(client);
        await fleet.Host(2).ServeAsync(fleet.Broker.Url);
        await Waiting.Until(() => fleet.Lines("effect").Length == 2, "web2 runs it");
        string id = await fleet.RunIdAsync();
        Output resumed = await fleet.ClientAsync("runs", "resume", id);
        Assert.True(resumed.Status == 0, resumed.Error);
        Assert.Equal("done\n", (await fleet.ClientAsync("runs", "output", id, "web2")).Text);
        await fleet.Host(2).KillServeAsync();
        await fleet.Host(2).ServeAsync(fleet.Broker.Url);
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web[1-2]", "true"), "ok", "ok");
        Assert.Equal(["x", "x"], fleet.Lines("effect"));
    }

    [Fact]
    public async Task Host_that_is_back_too_late_starts_nothing_and_its_verdict_says_so()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await fleet.Host(2).KillServeAsync();
        string[] options = ["--when-back", "6s", "--connect-timeout", "7s"];
        Output output = await fleet.RunAsync("web[1-2]", $"echo x >>{fleet["effect"]}", options);
        BroadcastFleet.AssertVerdicts(output, "ok", "unreachable");
        Assert.Contains("does not start the command any more", output.Text);
        await fleet.Host(2).ServeAsync(fleet.Broker.Url);
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web[1-2]", "true"), "ok", "ok");
        Assert.Equal(["x"], fleet.Lines("effect"));
    }

    [Fact]
    public async Task Host_that_is_back_too_late_refuses_what_a_killed_client_has_left()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await fleet.Host(2).KillServeAsync();
        using Process client = fleet.Start("run", "--when-back", "6s", "web[1-2]", $"echo x >>{fleet["effect"]}");
        await Waiting.Until(() => fleet.Lines("effect").Length == 1, "web1 runs it");
        await FleetServer.KillAsync(client);
        string id = await fleet.RunIdAsync();
        await Task.Delay(TimeSpan.FromSeconds(6));
        await fleet.Host(2).ServeAsync(fleet.Broker.Url);
        Output resumed = await fleet.ClientAsync("runs", "resume", id);
        Assert.Equal(255, resumed.Status);
        HostVerdict late = new RunStore(fleet["client/runs"]).Open(id).Verdicts.Single(verdict => verdict.Host == "web2");
        Assert.Equal(VerdictKind.Refused, late.Kind);
        Assert.Contains("starts nothing after", late.Reason);
        Assert.Equal(["x"], fleet.Lines("effect"));
    }
}
