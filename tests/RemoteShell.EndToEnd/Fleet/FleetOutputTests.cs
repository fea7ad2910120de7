using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>How the output of many hosts is shown.</summary>
public sealed class FleetOutputTests : IAsyncLifetime
{
    private const string Number = "n=$(echo $SSH_CONNECTION | cut -d' ' -f3 | cut -d. -f4)";

    private static readonly string Rule = new('-', 15);

    private FleetServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FleetServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Group_shows_equal_output_once_under_its_hosts()
    {
        Output output = await _server.RunAsync(
            "--group", _server.Hosts(7), $"{Number}; [ $n = 5 ] && {{ printf other; echo oops >&2; exit 2; }}; echo same; echo 'of all'");
        Assert.Equal(2, output.Status);
        Assert.Equal(
            $"""
            {Rule}
            127.0.0.[1-4,6-7]:{_server.Port} (6)
            {Rule}
            same
            of all
            {Rule}
            127.0.0.5:{_server.Port}
            {Rule}
            other

            """,
            output.Text);
        Assert.StartsWith($"{Rule}\n127.0.0.5:{_server.Port}\n{Rule}\noops\nrsh-client: 6 of 7 hosts are ok", output.Error);
        Assert.Contains($"  failed 2 (1): 127.0.0.5:{_server.Port}\n", output.Error);
    }

    [Fact]
    public async Task Kept_output_is_converted_from_the_encoding_of_the_remote_text()
    {
        // In gbk: 中文
        string[] words = ["--encoding", "gbk", _server.Hosts(2), "printf '\\326\\320\\316\\304\\n'"];
        Output grouped = await _server.RunAsync(["--group", .. words]);
        Assert.EndsWith($"{Rule}\n中文\n", grouped.Text);
        Output json = await _server.RunAsync(["--json", .. words]);
        Assert.All(FleetServer.Json(json)[..^1], line => Assert.Equal("中文\n", FleetServer.Text(line, "stdout")));
        Output printed = await _server.ClientAsync("runs", "output", _server.LastRun().Record.Id, _server.Host(1));
        Assert.Equal("中文\n", printed.Text);
    }

    [Fact]
    public async Task Diff_shows_what_differs_from_most_hosts()
    {
        Output output = await _server.RunAsync(
            "--diff", _server.Hosts(4), $"{Number}; echo one; [ $n = 3 ] && echo zwei || echo two; echo three");
        Assert.Equal(0, output.Status);
        Assert.Equal(
            $"""
            --- 127.0.0.[1-2,4]:{_server.Port}
            +++ 127.0.0.3:{_server.Port}
            @@ -1,3 +1,3 @@
             one
            -two
            +zwei
             three

            """,
            output.Text);
        Assert.Equal("", (await _server.RunAsync("--diff", _server.Hosts(4), "echo same")).Text);
    }

    [Theory]
    [InlineData("a\\n", "")]
    [InlineData("", "b\\n")]
    [InlineData("a\\n", "a")]
    [InlineData("a", "a\\nb")]
    [InlineData("a\\r\\n", "a\\n")]
    [InlineData("a\\rb\\n", "a\\nb\\n")]
    [InlineData("a\\n\\n", "a\\n")]
    [InlineData("A  b\\n", "a b\\n")]
    [InlineData("1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n", "1\\nx\\n3\\n4\\n5\\n6\\n7\\n8\\ny\\n9\\n")]
    [InlineData("1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\\n", "x\\n1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n11\\n12")]
    public async Task Diff_is_that_of_diff(string usual, string other)
    {
        Output output = await _server.RunAsync("--diff", _server.Hosts(3), $"{Number}; [ $n = 2 ] && printf '{other}' || printf '{usual}'");
        string names = $"--label '127.0.0.[1,3]:{_server.Port}' --label '{_server.Host(2)}'";
        Output reference = await _server.Programs.ShellAsync(
            $"printf '{usual}' > usual; printf '{other}' > other; diff -u {names} usual other");
        Assert.Equal((0, reference.Text), (output.Status, output.Text));
    }

    [Fact]
    public async Task Out_writes_files_of_each_host_and_shows_nothing()
    {
        string folder = _server["logs/of"];
        Output output = await _server.RunAsync(
            "--out", folder, _server.Hosts(3), $"{Number}; echo out of $n; [ $n = 2 ] && exec sh -c 'echo err; exit 4' >&2; true");
        Assert.Equal((4, ""), (output.Status, output.Text));
        for (int number = 1; number <= 3; number++)
        {
            Assert.Equal($"out of {number}\n", await File.ReadAllTextAsync($"{folder}/{_server.Host(number)}.out"));
            Assert.Equal(number == 2 ? "err\n" : "", await File.ReadAllTextAsync($"{folder}/{_server.Host(number)}.err"));
        }

        Assert.Equal(6, Directory.GetFiles(folder).Length);
        Output refused = await _server.RunAsync("--out", Programs.ClientPath, _server.Hosts(2), $"touch {_server["ran"]}");
        Assert.NotEqual(0, refused.Status);
        Assert.Contains("nothing was started", refused.Error);
        Assert.False(File.Exists(_server["ran"]));
    }

    [Fact]
    public async Task Quiet_shows_totals_only_if_a_host_is_not_ok()
    {
        Output output = await _server.RunAsync("--quiet", _server.Hosts(2), "echo x");
        Assert.Equal((0, ""), (output.Status, output.Error));
        output = await _server.RunAsync("--quiet", _server.Hosts(2), "exit 5");
        Assert.Equal(5, output.Status);
        Assert.Contains($"failed 5 (2): 127.0.0.[1-2]:{_server.Port}", output.Error);
    }

    [Theory]
    [InlineData("--json", "--group")]
    [InlineData("--json", "--diff")]
    [InlineData("--diff", "--group")]
    public async Task Ways_to_show_output_exclude_each_other(string one, string other)
    {
        Output output = await _server.RunAsync(one, other, _server.Hosts(2), $"touch {_server["ran"]}");
        Assert.Equal(2, output.Status);
        Assert.False(File.Exists(_server["ran"]));
    }

    [Fact]
    public async Task Option_of_sets_is_refused_for_a_plain_host()
    {
        Output output = await _server.RunAsync("--group", _server.Host(1), "echo x");
        Assert.Equal((2, ""), (output.Status, output.Text));
        Assert.Contains("--group is for a set of hosts", output.Error);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--group")]
    [InlineData("--out")]
    public async Task Output_of_a_lost_host_is_never_shown_as_verified(string way)
    {
        await using var relay = new TcpRelay(IPEndPoint.Parse(_server.Programs.Host));
        await _server.AddHostAsync("far", $"Port {relay.Address.Port}", "GiveUp 300ms");
        await _server.AddHostAsync("near");
        string folder = _server["out"], go = _server["go"];
        string[] words = way == "--out" ? ["--out", folder] : [way];
        using Process client = _server.Start(
            [.. words, "far,near", $"echo x >> {_server["begun"]}; echo part; while ! [ -e {go} ]; do sleep 0.02; done; echo rest"]);
        Task<Output> ended = FleetServer.EndAsync(client);
        var run = await _server.OnlyRunAsync();
        await Waiting.Until(() => Kept(run.Record.Id).Length == 2, "the first part of both is kept");
        relay.IsDown = true;
        relay.Cut();
        await Waiting.Until(() => _server.LastRun().Verdicts.Count == 1, "the lost host has its verdict");
        await File.WriteAllTextAsync(go, "");
        Output output = await ended;

        Assert.Equal(255, output.Status);
        string id = run.Record.Id, job = run.Targets.Single(target => target.Host == "far").Job;
        switch (way)
        {
            case "--json":
                JsonElement far = FleetServer.Json(output).First(line => FleetServer.Text(line, "host") == "far");
                Assert.Equal(("lost", job), (FleetServer.Text(far, "verdict"), FleetServer.Text(far, "job")));
                Assert.Equal(("False", ""), (FleetServer.Text(far, "verified"), FleetServer.Text(far, "stdout")));
                break;
            case "--group":
                Assert.Equal($"{Rule}\nnear\n{Rule}\npart\nrest\n", output.Text);
                break;
            default:
                Assert.Equal("part\nrest\n", await File.ReadAllTextAsync($"{folder}/near.out"));
                Assert.Equal("part\n", await File.ReadAllTextAsync($"{folder}/far.out.partial"));
                Assert.False(File.Exists($"{folder}/far.out"));
                break;
        }

        Output printed = await _server.ClientAsync("runs", "output", id, "far");
        Assert.Equal((255, "part\n"), (printed.Status, printed.Text));
        Assert.Contains($"the output of far is not verified: the host is lost {job}", printed.Error);
        Assert.Equal("part\nrest\n", (await _server.ClientAsync("runs", "output", id, "near")).Text);

        // Later the rest can be had.
        relay.IsDown = false;
        Output resumed = await _server.ClientAsync("runs", "resume", id);
        Assert.Equal(0, resumed.Status);
        Assert.Equal("part\nrest\n", (await _server.ClientAsync("runs", "output", id, "far")).Text);
        Assert.Equal(["x", "x"], _server.Lines("begun"));
    }

    private string[] Kept(string id)
        => [.. Directory.GetFiles(_server[$"client/runs/{id}"], "*.out").Where(file => new FileInfo(file).Length == "part\n".Length)];
}
