namespace RemoteShell.EndToEnd.Fleet;

/// <summary>Files, lists of jobs and pings of sets of hosts, and the same again on some of them.</summary>
public sealed class FleetTransferTests : IAsyncLifetime
{
    private FleetServer _server = null!;

    private string Set => _server.Hosts(3);

    public async ValueTask InitializeAsync()
    {
        _server = await FleetServer.StartAsync();
        Assert.Equal(0, (await _server.RunAsync(Set, "true")).Status);
        Assert.Equal(0, (await _server.ClientAsync("runs", "rm", _server.LastRun().Record.Id)).Status);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Put_and_get_have_one_verdict_for_each_host()
    {
        string source = _server["source"], there = _server["there"], back = _server["back"];
        await File.WriteAllTextAsync(source, "content");
        Directory.CreateDirectory(there);
        // One after the other: all hosts are one server, where only one client at a time writes a file.
        Output put = await _server.ClientAsync("put", "--fanout", "1", source, $"{Set}:{there}/");
        Assert.Equal((0, ""), (put.Status, put.Text));
        Assert.EndsWith($"rsh-client: 3 of 3 hosts are ok (run {_server.LastRun().Record.Id})\n", put.Error);
        Assert.Equal("content", await File.ReadAllTextAsync($"{there}/source"));

        Output get = await _server.ClientAsync("get", $"{Set}:{there}/source", back);
        Assert.Equal(0, get.Status);
        for (int number = 1; number <= 3; number++)
            Assert.Equal("content", await File.ReadAllTextAsync($"{back}/{_server.Host(number)}/source"));
        Output shown = await _server.ClientAsync("runs", "show", "--json", _server.LastRun().Record.Id);
        Assert.Equal(
            Enumerable.Range(1, 3).Select(_server.Host), FleetServer.Json(shown).Select(line => FleetServer.Text(line, "host")));
        Assert.All(FleetServer.Json(shown), line => Assert.Equal("ok", FleetServer.Text(line, "verdict")));
        Output runs = await _server.ClientAsync("runs");
        Assert.Equal(2, runs.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Targets_names_the_set_of_paths_that_have_none()
    {
        string source = _server["source"], there = _server["there:with:colons"];
        await File.WriteAllTextAsync(source, "content");
        Output put = await _server.ClientAsync("put", "--fanout", "1", "--targets", Set, source, $":{there}");
        Assert.Equal(0, put.Status);
        Assert.Equal("content", await File.ReadAllTextAsync(there));
        Output get = await _server.ClientAsync("get", "--targets", Set, $":{there}", _server["back"]);
        Assert.Equal(0, get.Status);
        Assert.Equal(3, Directory.GetFiles(_server["back"], Path.GetFileName(there), SearchOption.AllDirectories).Length);
        Output wrong = await _server.ClientAsync("put", "--targets", Set, source, there);
        Assert.Equal(2, wrong.Status);
        Assert.Contains("a remote path is written :PATH", wrong.Error);
    }

    [Fact]
    public async Task Transfer_that_fails_on_a_host_is_done_again_there()
    {
        string source = _server["source"];
        await File.WriteAllTextAsync(source, "content");
        await _server.AddHostAsync("near", "AcceptNew yes");
        await _server.AddHostAsync("far", $"Port {FreePort.Take()}", "ConnectTimeout 100ms");
        // The folder is missing on each host.
        Output failed = await _server.ClientAsync("put", source, $"near,far:{_server["missing/folder/"]}");
        Assert.Equal(255, failed.Status);
        Assert.Contains("failed 1 (1): near", failed.Error);
        Assert.Contains("unreachable (1): far", failed.Error);
        string id = _server.LastRun().Record.Id;

        Directory.CreateDirectory(_server["missing/folder"]);
        Output again = await _server.ClientAsync("rerun", "--failed", id);
        Assert.Equal(0, again.Status);
        Assert.EndsWith($"1 of 1 host is ok (run {_server.LastRun().Record.Id})\n", again.Error);
        Assert.NotEqual(id, _server.LastRun().Record.Id);
        Assert.Equal("content", await File.ReadAllTextAsync(_server["missing/folder/source"]));
        Output old = await _server.ClientAsync("runs", "show", id);
        Assert.Contains("failed 1", old.Text);
    }

    [Fact]
    public async Task Rerun_does_the_same_again_on_the_hosts_that_are_not_ok()
    {
        string done = _server["done"], config = _server["client/config"];
        await _server.AddHostAsync("one", "SetEnv NAME=one", "AcceptNew yes");
        await _server.AddHostAsync("two", "SetEnv NAME=two", "AcceptNew yes");
        await _server.AddHostAsync("away", "SetEnv NAME=away", $"Port {FreePort.Take()}", "ConnectTimeout 100ms");
        string command = $"echo $NAME >> {done}; [ $NAME != two ] || [ -e {_server["mended"]} ]";
        Output first = await _server.ClientAsync("run", "--json", "one,two,away", command);
        Assert.Equal(
            [new("away", "unreachable"), new("one", "ok"), new("two", "failed")], FleetServer.Verdicts(first).OrderBy(host => host.Key));
        string id = _server.LastRun().Record.Id;

        await File.WriteAllTextAsync(_server["mended"], "");
        Output failed = await _server.ClientAsync("rerun", id, "--failed");
        Assert.Equal(0, failed.Status);
        Assert.Equal([new("two", "ok")], FleetServer.Verdicts(failed));

        File.Delete(config);
        await _server.AddHostAsync("away", "SetEnv NAME=away", "AcceptNew yes");
        Output unreached = await _server.ClientAsync("rerun", id[..14], "--unreached");
        Assert.Equal(0, unreached.Status);
        Assert.Equal([new("away", "ok")], FleetServer.Verdicts(unreached));
        Assert.Equal(["away", "one", "two", "two"], _server.Lines("done").Order());

        Output none = await _server.ClientAsync("rerun", _server.LastRun().Record.Id, "--failed", "--unreached");
        Assert.NotEqual(0, none.Status);
        Assert.Contains("no host of the run", none.Error);
        Assert.Equal(2, (await _server.ClientAsync("rerun", id)).Status);
    }

    [Fact]
    public async Task Rerun_has_the_same_input()
    {
        string mended = _server["mended"];
        Output first = await _server.InputAsync(
            "the input\n"u8.ToArray(), "run", "-i", Set, $"cat > /dev/null; [ -e {mended} ]");
        Assert.Equal(1, first.Status);
        await File.WriteAllTextAsync(mended, "");
        string id = _server.LastRun().Record.Id;
        Assert.Equal(0, (await _server.ClientAsync("rerun", "--failed", id)).Status);
        Assert.Equal("the input\n", await File.ReadAllTextAsync(_server[$"client/runs/{_server.LastRun().Record.Id}/input"]));
    }

    [Fact]
    public async Task Jobs_and_ping_ask_each_host()
    {
        using var mark = new Marked();
        string job = (await _server.ClientAsync("run", "--detach", _server.Host(1), $"exec sleep {mark.Seconds}")).Text.Trim();
        Output jobs = await _server.ClientAsync("jobs", "--running", Set);
        Assert.Equal(0, jobs.Status);
        string[] rows = jobs.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Matches($@"^127\.0\.0\.[1-3]:{_server.Port}: {job}  running", row));
        Output json = await _server.ClientAsync("jobs", "--json", Set);
        Assert.Equal(
            Enumerable.Range(1, 3).Select(_server.Host), FleetServer.Json(json).Select(line => FleetServer.Text(line, "host")).Order());

        Output ping = await _server.ClientAsync("ping", Set);
        Assert.Equal(0, ping.Status);
        Assert.Equal(3, ping.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Matches($@"^127\.0\.0\.[1-3]:{_server.Port}: [0-9.]+ ms, connected in [0-9.]+ ms\n", ping.Text);
        await _server.AddHostAsync("away", $"Port {FreePort.Take()}", "ConnectTimeout 100ms");
        Output partly = await _server.ClientAsync("ping", $"{_server.Host(1)},away");
        Assert.Equal(255, partly.Status);
        Assert.Contains("1 of 2 hosts are ok", partly.Error);
        Assert.Contains("unreachable (1): away", partly.Error);
        // Questions are not kept.
        Assert.Empty(_server.Store.List());
        await _server.ClientAsync("kill", _server.Host(1), job);
    }
}
