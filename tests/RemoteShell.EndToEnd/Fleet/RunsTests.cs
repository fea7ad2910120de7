using System.Diagnostics;
using System.Text.Json;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>Runs that are kept: listed, shown, waited for, killed and removed.</summary>
public sealed class RunsTests : IAsyncLifetime
{
    private FleetServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FleetServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Run_is_listed_and_shown_and_its_files_are_private()
    {
        Output ran = await _server.RunAsync(_server.Hosts(2), "echo out; echo err >&2; exit 6");
        KeptRun run = _server.LastRun();
        string id = run.Record.Id;
        Assert.Equal(6, ran.Status);

        Output listed = await _server.ClientAsync("runs");
        Assert.Matches($"^{id}  ended  .*  2  +0  {EscapedSet(2)}  echo out; echo err >&2; exit 6\n$", listed.Text);
        JsonElement line = Assert.Single(FleetServer.Json(await _server.ClientAsync("runs", "--json")));
        Assert.Equal((id, "ended", "2"), (FleetServer.Text(line, "run"), FleetServer.Text(line, "state"), FleetServer.Text(line, "hosts")));
        Output shown = await _server.ClientAsync("runs", "show", id);
        Assert.Equal(
            string.Concat(run.Targets.Select(target => $"{target.Host}  failed 6          {target.Job}\n")), shown.Text);
        Output printed = await _server.ClientAsync("runs", "output", id, _server.Host(2));
        Assert.Equal((0, "out\n", "err\n"), (printed.Status, printed.Text, printed.Error));
        Assert.Equal(6, (await _server.ClientAsync("runs", "wait", id)).Status);
        Assert.Equal(6, (await _server.ClientAsync("runs", "resume", id)).Status);

        string folder = _server[$"client/runs/{id}"];
        const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.NotEmpty(Directory.GetFiles(folder));
        Assert.All(Directory.GetFiles(folder), file => Assert.Equal(OfFile, new FileInfo(file).UnixFileMode));
        Assert.All(
            (string[])[folder, _server["client/runs"]],
            one => Assert.Equal(OfFile | UnixFileMode.UserExecute, new DirectoryInfo(one).UnixFileMode));
        Assert.Equal(0, (await _server.ClientAsync("runs", "rm", id)).Status);
        Assert.False(Directory.Exists(folder));
        Assert.Equal("", (await _server.ClientAsync("runs")).Text);
    }

    [Fact]
    public async Task Id_may_be_shortened_and_must_be_known()
    {
        await _server.RunAsync(_server.Hosts(2), "true");
        await _server.RunAsync(_server.Hosts(2), "true");
        string id = _server.LastRun().Record.Id;
        Assert.Equal(0, (await _server.ClientAsync("runs", "show", id[..^1])).Status);
        foreach (string verb in (string[])["show", "resume", "wait", "kill", "rm"])
        {
            Output unknown = await _server.ClientAsync("runs", verb, "zzzz");
            Assert.NotEqual(0, unknown.Status);
            Assert.Contains("zzzz", unknown.Error);
            Output both = await _server.ClientAsync("runs", verb, id[..2]);
            Assert.NotEqual(0, both.Status);
        }

        Assert.Equal(2, _server.Store.List().Count);
        Output output = await _server.ClientAsync("runs", "output", id, "nowhere");
        Assert.NotEqual(0, output.Status);
        Assert.Contains("no host nowhere", output.Error);
    }

    [Fact]
    public async Task Run_of_another_client_is_waited_for_but_not_taken()
    {
        string go = _server["go"];
        using Process client = _server.Start(
            _server.Hosts(2), $"echo x >> {_server["begun"]}; while ! [ -e {go} ]; do sleep 0.02; done; exit 3");
        Task<Output> ran = FleetServer.EndAsync(client);
        await Waiting.Until(() => _server.Lines("begun").Length == 2, "both commands run");
        string id = _server.LastRun().Record.Id;
        Task<Output> waiting = _server.ClientAsync("runs", "wait", id);
        Assert.Contains("running", (await _server.ClientAsync("runs", "show", id)).Text);
        Assert.Contains("  running  ", (await _server.ClientAsync("runs")).Text);
        foreach (string verb in (string[])["resume", "rm"])
        {
            Output refused = await _server.ClientAsync("runs", verb, id);
            Assert.NotEqual(0, refused.Status);
            Assert.Contains("at this moment", refused.Error);
        }

        Assert.False(waiting.IsCompleted);
        await File.WriteAllTextAsync(go, "");
        Assert.Equal(3, (await ran).Status);
        Output waited = await waiting;
        Assert.Equal((3, ""), (waited.Status, waited.Text));
        Assert.Contains("failed 3 (2)", waited.Error);
        Assert.Equal(["x", "x"], _server.Lines("begun"));
    }

    [Fact]
    public async Task Run_of_another_client_is_ended_by_that_client()
    {
        using Process client = _server.Start("--fanout", "2", _server.Hosts(3), $"echo x >> {_server["begun"]}; exec sleep 300");
        Task<Output> ran = FleetServer.EndAsync(client);
        await Waiting.Until(() => _server.Lines("begun").Length == 2, "two commands run");
        string id = _server.LastRun().Record.Id;
        Output killed = await _server.ClientAsync("runs", "kill", id);
        Assert.Equal(255, killed.Status);
        Assert.Contains("killed (2)", killed.Error);
        Assert.Contains("skipped (1)", killed.Error);
        await ran;
        Assert.Equal(["x", "x"], _server.Lines("begun"));
        Assert.Equal(0, (await _server.ClientAsync("runs", "rm", id)).Status);
    }

    [Fact]
    public async Task Run_whose_client_was_killed_is_waited_for()
    {
        string go = _server["go"];
        string id = await InterruptedAsync($"while ! [ -e {go} ]; do sleep 0.02; done; echo done; exit 4", fanout: 2, begun: 2);
        Output removing = await _server.ClientAsync("runs", "rm", id);
        Assert.NotEqual(0, removing.Status);
        Assert.Contains($"the jobs of 3 hosts of the run {id} may still run", removing.Error);
        Assert.Contains("  interrupted  ", (await _server.ClientAsync("runs")).Text);
        Assert.Contains("no verdict", (await _server.ClientAsync("runs", "show", id)).Text);

        Task<Output> waiting = _server.ClientAsync("runs", "wait", id);
        await Waiting.Until(() => _server.Store.Open(id).State == RunState.Running, "the other client goes on");
        await File.WriteAllTextAsync(go, "");
        Assert.Equal(4, (await waiting).Status);
        // Those that had begun did not begin again, and the third one has.
        Assert.Equal(3, _server.Lines("begun").Length);
        Assert.Equal("done\n", (await _server.ClientAsync("runs", "output", id, _server.Host(1))).Text);
        Assert.Equal(0, (await _server.ClientAsync("runs", "rm", id)).Status);
    }

    [Fact]
    public async Task Kill_ends_the_commands_and_begins_none()
    {
        using var mark = new Marked();
        string id = await InterruptedAsync($"echo before; exec sleep {mark.Seconds}", fanout: 2, begun: 2);
        await mark.UntilAsync(2);
        Output killed = await _server.ClientAsync("runs", "kill", id);
        Assert.Equal(255, killed.Status);
        await mark.UntilAsync(0);
        KeptRun run = _server.Store.Open(id);
        Assert.Equal(["killed", "killed", "skipped"], run.Verdicts.Select(verdict => verdict.Word));
        Assert.Equal(2, _server.Lines("begun").Length);
        Assert.Equal("before\n", (await _server.ClientAsync("runs", "output", id, _server.Host(1))).Text);
        Assert.Equal(0, (await _server.ClientAsync("runs", "rm", id)).Status);
    }

    [Fact]
    public async Task Run_that_the_server_does_not_remember_is_lost_and_starts_nothing()
    {
        string id = await InterruptedAsync("exec sleep 300", fanout: 2, begun: 2);
        await _server.Programs.KillServerAsync();
        Directory.Delete(_server["server/jobs"], recursive: true);
        await _server.StartAgainAsync();

        Output resumed = await _server.ClientAsync("runs", "resume", id);
        Assert.Equal(255, resumed.Status);
        Assert.Equal(["lost", "lost", "lost"], _server.Store.Open(id).Verdicts.Select(verdict => verdict.Word));
        Assert.Contains("lost (3)", resumed.Error);
        Assert.Equal(2, _server.Lines("begun").Length);
    }

    [Fact]
    public async Task Copy_of_a_run_starts_nothing_a_second_time()
    {
        string id = await InterruptedAsync("echo out; exit 0", fanout: 1, begun: 1);
        string folder = _server[$"client/runs/{id}"], copy = _server["copy"];
        await _server.Programs.RunToolAsync("cp", "-r", folder, copy);
        Assert.Equal(0, (await _server.ClientAsync("runs", "resume", id)).Status);
        Assert.Equal(3, _server.Lines("begun").Length);

        Directory.Delete(folder, recursive: true);
        Directory.Move(copy, folder);
        Output again = await _server.ClientAsync("runs", "resume", id);
        Assert.Equal(255, again.Status);
        Assert.Contains("lost", again.Error);
        Assert.Equal(3, _server.Lines("begun").Length);
    }

    [Theory]
    [InlineData("run.json", "{")]
    [InlineData("run.json", "")]
    [InlineData("hosts", "")]
    [InlineData("hosts", "nonsense\n{}\n")]
    public async Task Damaged_run_is_named_and_does_not_hide_the_others(string file, string content)
    {
        await _server.RunAsync(_server.Hosts(2), "true");
        string damaged = _server.LastRun().Record.Id;
        await _server.RunAsync(_server.Hosts(2), "true");
        await File.WriteAllTextAsync(_server[$"client/runs/{damaged}/{file}"], content);
        Output listed = await _server.ClientAsync("runs");
        Assert.Equal(0, listed.Status);
        Assert.StartsWith(_server.LastRun().Record.Id, listed.Text);
        foreach (string verb in (string[])["show", "resume", "wait"])
        {
            Output refused = await _server.ClientAsync("runs", verb, damaged);
            Assert.NotEqual(0, refused.Status);
            Assert.Contains($"the run {damaged} cannot be read", refused.Error);
        }
    }

    [Fact]
    public async Task Verdict_that_is_damaged_is_asked_for_again()
    {
        string id = await InterruptedAsync("exit 0", fanout: 1, begun: 3);
        await File.WriteAllTextAsync(_server[$"client/runs/{id}/verdicts"], $"nonsense\n{new string('\0', 4096)}\n{{}}\n");
        Assert.Contains("no verdict", (await _server.ClientAsync("runs", "show", id)).Text);
        Output resumed = await _server.ClientAsync("runs", "resume", id);
        // What was acknowledged is not collected a second time, and nothing starts again.
        Assert.Equal(3, _server.Store.Open(id).Verdicts.Count);
        Assert.Equal(3, _server.Lines("begun").Length);
        Assert.DoesNotContain("bug", resumed.Error);
        Assert.DoesNotContain("no verdict", (await _server.ClientAsync("runs", "show", id)).Text);
    }

    // A run on three hosts whose client was killed when this many of them had begun.
    private async Task<string> InterruptedAsync(string command, int fanout, int begun)
    {
        using Process client = _server.Start(
            "--fanout", $"{fanout}", _server.Hosts(3), $"echo x >> {_server["begun"]}; {command}");
        _ = client.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = client.StandardError.BaseStream.CopyToAsync(Stream.Null);
        await Waiting.Until(() => _server.Lines("begun").Length >= begun, $"{begun} commands have begun");
        await FleetServer.KillAsync(client);
        return _server.LastRun().Record.Id;
    }

    private string EscapedSet(int count) => System.Text.RegularExpressions.Regex.Escape(_server.Hosts(count));
}
