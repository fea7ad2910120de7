using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>Each host of a run has one verdict, and they add up.</summary>
public sealed class VerdictTests : IAsyncLifetime
{
    // The command of each host is a variable of the configuration.
    private const string Do = "eval \"$DO\"";

    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private FleetServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FleetServer.StartAsync();
        await _server.AddHostAsync("fine", "SetEnv \"DO=echo fine\"");
        await _server.AddHostAsync("failing", "SetEnv \"DO=echo out; echo err >&2; exit 7\"");
        await _server.AddHostAsync("signaled", "SetEnv \"DO=kill -KILL $$\"");
        await _server.AddHostAsync("folderless", "Cwd /no/such/folder");
    }

    public ValueTask DisposeAsync()
    {
        _silent.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Each_kind_of_verdict_in_one_run()
    {
        await using Programs stranger = await StrangerAsync(), changed = await StrangerAsync();
        await ChangeKeyAsync(changed);
        _silent.Start();
        await _server.AddHostAsync("slow", "Timeout 100ms", "SetEnv \"DO=exec sleep 300\"");
        await _server.AddHostAsync("ended", $"SetEnv \"DO=echo begun > {_server["begun"]}; exec sleep 300\"");
        await _server.AddHostAsync("absent", $"Port {FreePort.Take()}", "ConnectTimeout 200ms");
        await _server.AddHostAsync("silent", $"Port {((IPEndPoint)_silent.LocalEndpoint).Port}", "ConnectTimeout 200ms");
        await _server.AddHostAsync("stranger", $"Port {stranger.Host.Split(':')[1]}", "AcceptNew yes");
        await _server.AddHostAsync("unknown", "HostName 127.0.0.9");
        await _server.AddHostAsync("changed", $"Port {changed.Host.Split(':')[1]}");
        await _server.AddHostAsync("*", "AcceptNew no");
        Assert.Equal(0, (await _server.RunAsync("fine", "true")).Status);

        string set = "fine,failing,signaled,folderless,slow,ended,absent,silent,stranger,unknown,changed";
        using Process client = _server.Programs.Start("rsh-client", "run", "--json", set, Do);
        Task<Output> ended = FleetServer.EndAsync(client);
        await Waiting.Until(() => _server.Lines("begun").Length == 1, "the command that is killed runs");
        KeptRun run = await _server.OnlyRunAsync();
        string job = run.Targets.Single(target => target.Host == "ended").Job;
        await _server.ClientAsync("kill", _server.Programs.Host, job);
        Output output = await ended;

        Dictionary<string, string> expected = new()
        {
            ["fine"] = "ok",
            ["failing"] = "failed",
            ["signaled"] = "signaled",
            ["folderless"] = "not-started",
            ["slow"] = "timed-out",
            ["ended"] = "killed",
            ["absent"] = "unreachable",
            ["silent"] = "unreachable",
            ["stranger"] = "unauthorized",
            ["unknown"] = "host-key",
            ["changed"] = "host-key",
        };
        Assert.Equal(expected.OrderBy(host => host.Key), FleetServer.Verdicts(output).OrderBy(host => host.Key));
        Assert.Equal(255, output.Status);
        JsonElement[] lines = FleetServer.Json(output);
        Dictionary<string, JsonElement> hosts = lines[..^1].ToDictionary(line => FleetServer.Text(line, "host"));
        Assert.Equal(("fine\n", "True"), (FleetServer.Text(hosts["fine"], "stdout"), FleetServer.Text(hosts["fine"], "verified")));
        JsonElement failing = hosts["failing"];
        Assert.Equal(
            ("out\n", "err\n", "7"),
            (FleetServer.Text(failing, "stdout"), FleetServer.Text(failing, "stderr"), FleetServer.Text(failing, "exit")));
        Assert.Equal(("KILL", "137"), (FleetServer.Text(hosts["signaled"], "signal"), FleetServer.Text(hosts["signaled"], "exit")));
        Assert.Equal("124", FleetServer.Text(hosts["slow"], "exit"));
        Assert.Equal((job, "143"), (FleetServer.Text(hosts["ended"], "job"), FleetServer.Text(hosts["ended"], "exit")));
        Assert.All(
            (string[])["absent", "silent", "stranger", "unknown", "changed"],
            host =>
            {
                Assert.Equal("255", FleetServer.Text(hosts[host], "exit"));
                Assert.False(hosts[host].TryGetProperty("verified", out _));
            });

        JsonElement total = lines[^1];
        Assert.Equal((run.Record.Id, 11, 255), (FleetServer.Text(total, "run"), Number(total, "hosts"), Number(total, "exit")));
        Assert.Equal(11, total.GetProperty("verdicts").EnumerateObject().Sum(kind => Number(kind.Value, "count")));
        Assert.Equal(
            expected.CountBy(host => host.Value).OrderBy(kind => kind.Key),
            total.GetProperty("verdicts").EnumerateObject().Select(kind => KeyValuePair.Create(kind.Name, Number(kind.Value, "count")))
                .OrderBy(kind => kind.Key));
    }

    [Fact]
    public async Task Summary_names_the_hosts_of_each_verdict_and_adds_up()
    {
        await _server.AddHostAsync("absent", $"Port {FreePort.Take()}", "ConnectTimeout 100ms");
        Output output = await _server.RunAsync("fine,failing,signaled,folderless,absent", Do);
        Assert.Equal(255, output.Status);
        Assert.Equal(["failing: out", "fine: fine"], output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        string id = _server.LastRun().Record.Id;
        string summary = output.Error[output.Error.IndexOf("rsh-client: 1 of 5 hosts", StringComparison.Ordinal)..];
        string[] lines = summary.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"rsh-client: 1 of 5 hosts are ok (run {id})", lines[0]);
        Assert.Equal(
            ["failed 7 (1): failing", "not-started (1): folderless", "signaled KILL (1): signaled", "unreachable (1): absent"],
            lines[1..].Select(line => Regex.Match(line, @"^  (.+? \(\d+\): [a-z]+)").Groups[1].Value));
        Assert.Contains("failing: err\n", output.Error);
        Assert.Contains("rsh-client: failing: failed 7\n", output.Error);
    }

    [Fact]
    public async Task Summary_puts_hosts_with_the_same_reason_together()
    {
        int port = FreePort.Take();
        foreach (string name in (string[])["a", "b", "d"])
            await _server.AddHostAsync(name, $"Port {port}", "HostName no-such-host.invalid");
        Output output = await _server.RunAsync("a,b,d", "true");
        Assert.Contains("  unreachable (3): a,b,d: there is no host named 'no-such-host.invalid'", output.Error);
        output = await _server.RunAsync("x,y,z", "true");
        Assert.Contains("  unreachable (3): x,y,z: there is no host named 'HOST'", output.Error);
    }

    [Theory]
    [InlineData("fine,[1-2]fine", 0)]
    [InlineData("fine,failing", 7)]
    [InlineData("fine,failing,signaled", 137)]
    [InlineData("failing,folderless", 126)]
    [InlineData("failing,signaled,absent", 255)]
    [InlineData("--any fine,failing,absent", 0)]
    [InlineData("--any failing,signaled", 137)]
    [InlineData("--any failing,absent", 255)]
    public async Task Exit_status_is_the_highest_or_255_without_a_result(string words, int status)
    {
        await _server.AddHostAsync("1fine", "SetEnv \"DO=exit 0\"");
        await _server.AddHostAsync("2fine", "SetEnv \"DO=exit 0\"");
        await _server.AddHostAsync("absent", $"Port {FreePort.Take()}", "ConnectTimeout 100ms");
        Assert.Equal(status, (await _server.RunAsync([.. words.Split(' '), Do])).Status);
    }

    [Fact]
    public async Task Timeout_of_the_command_line_is_of_each_host()
    {
        using var mark = new Marked();
        Output output = await _server.RunAsync("--timeout", "200ms", "--json", _server.Hosts(3), $"echo begun; exec sleep {mark.Seconds}");
        Assert.Equal(124, output.Status);
        Assert.All(FleetServer.Json(output)[..^1], host => Assert.Equal("timed-out", FleetServer.Text(host, "verdict")));
        await mark.UntilAsync(0);
    }

    [Fact]
    public async Task Address_in_brackets_is_a_host_and_with_another_one_a_set()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        string ipv6 = $"[::1]:{_server.Port}";
        Output plain = await _server.RunAsync(ipv6, "echo plain; echo error >&2");
        Assert.Equal((0, "plain\n"), (plain.Status, plain.Text));
        Assert.EndsWith("error\n", plain.Error);
        Assert.DoesNotContain("hosts are ok", plain.Error);
        Assert.Empty(_server.Store.List());

        Output set = await _server.RunAsync($"{ipv6},127.0.0.1:{_server.Port}", "echo of a set");
        Assert.Equal(0, set.Status);
        Assert.Equal(
            [$"127.0.0.1:{_server.Port}: of a set", $"{ipv6}: of a set"],
            set.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Contains("2 of 2 hosts are ok", set.Error);
    }

    [Fact]
    public async Task Set_of_one_host_has_a_prefix_and_a_plain_host_has_none()
    {
        Assert.Equal("fine\n", (await _server.RunAsync("fine", Do)).Text);
        Output set = await _server.RunAsync("fin[e]", Do);
        Assert.NotEqual(0, set.Status);
        Output one = await _server.RunAsync($"127.0.0.[1]:{_server.Port}", "echo one");
        Assert.Equal((0, $"127.0.0.1:{_server.Port}: one\n"), (one.Status, one.Text));
        Assert.Contains("1 of 1 host is ok", one.Error);
    }

    // A server that does not know the client's key.
    private static async Task<Programs> StrangerAsync()
    {
        var programs = new Programs();
        await programs.StartServerAsync();
        return programs;
    }

    // The client knows the server by its first key.
    private async Task ChangeKeyAsync(Programs server)
    {
        Output first = await _server.RunAsync(server.Host, "true");
        Assert.Contains("authoriz", first.Error);
        await server.KillServerAsync();
        File.Delete(Path.Combine(server.Home, "server", "host_key.pem"));
        await server.StartServerAgainAsync();
    }

    private static int Number(JsonElement line, string name)
        => int.Parse(FleetServer.Text(line, name), CultureInfo.InvariantCulture);
}
