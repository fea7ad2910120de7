using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>Jobs that live without a client and without the server.</summary>
public sealed class DetachedTests : IAsyncLifetime
{
    private readonly List<string> _jobs = [];
    private Programs _programs = null!;

    private string Host => _programs.Host;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--kill-grace", "1s", "--stop-grace", "1s");

    public async ValueTask DisposeAsync()
    {
        foreach (string job in _jobs)
            await _programs.ClientAsync("kill", Host, job);
        await _programs.DisposeAsync();
    }

    [Fact]
    public async Task They_survive_the_servers_kill_with_their_output_and_their_real_exit_status()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string go = Path.Combine(_programs.Home, "go"), later = Path.Combine(_programs.Home, "later");
        string finished = await DetachAsync("echo early; exit 5");
        string during = await DetachAsync($"echo one; while ! [ -e {go} ]; do sleep 0.02; done; echo two >&2; exit 6");
        string longer = await DetachAsync($"echo alpha; while ! [ -e {later} ]; do sleep 0.02; done; echo omega; exit 7");
        Assert.Equal(5, (await _programs.ClientAsync("wait", Host, finished)).Status);
        using Process attached = _programs.Start("rsh-client", "attach", "--from-start", Host, longer);
        Assert.Equal("alpha", await attached.StandardOutput.ReadLineAsync().Within());
        using Process lost = _programs.Start("rsh-client", "run", Host, "echo $$; exec sleep 301");
        int orphan = int.Parse((await lost.StandardOutput.ReadLineAsync().Within())!);

        await _programs.KillServerAsync();
        await File.WriteAllTextAsync(go, "");
        await Waiting.Until(() => Directory.EnumerateFiles(Folder(during), "exit.*").Any(), "the job ended without a server");
        await _programs.StartServerAgainAsync("--kill-grace", "1s");

        Output jobs = await _programs.ClientAsync("jobs", "--json", Host);
        Dictionary<string, JsonElement> listed = jobs.Text.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(job => job.GetProperty("job").GetString()!);
        Assert.Equal(("ended", 5), (listed[finished].GetProperty("state").GetString(), listed[finished].GetProperty("exit").GetInt32()));
        Assert.Equal(("ended", 6), (listed[during].GetProperty("state").GetString(), listed[during].GetProperty("exit").GetInt32()));
        Assert.Equal("running", listed[longer].GetProperty("state").GetString());
        Output logs = await _programs.ClientAsync("logs", Host, during);
        Assert.Equal(("one\n", "two\n"), (logs.Text, logs.Error));
        Output all = await _programs.ClientAsync("attach", "--from-start", Host, during);
        Assert.Equal((6, "one\n", "two\n"), (all.Status, all.Text, all.Error));

        // Who looked on when the server was killed goes on by himself, at the exact byte.
        await File.WriteAllTextAsync(later, "");
        Assert.Equal("omega\n", await attached.StandardOutput.ReadToEndAsync().Within());
        await attached.WaitForExitAsync().Within();
        Assert.Equal(7, attached.ExitCode);

        // What was not detached is lost, and nothing of it is left.
        await lost.WaitForExitAsync().Within();
        Assert.Equal(255, lost.ExitCode);
        Assert.Contains("has ended: lost, status 255", await lost.StandardError.ReadToEndAsync());
        await Waiting.Until(() => !Directory.Exists($"/proc/{orphan}") || File.ReadAllText($"/proc/{orphan}/stat").Contains(") Z ", StringComparison.Ordinal), "the orphan is gone");
        Assert.Contains(listed.Values, job => job.TryGetProperty("outcome", out JsonElement outcome) && outcome.GetString() == "lost" && job.GetProperty("exit").GetInt32() == 255);
    }

    [Fact]
    public async Task They_survive_an_orderly_restart_and_nobody_waits_for_them()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string job = await DetachAsync("echo here; exec sleep 302");
        var watch = Stopwatch.StartNew();
        Programs.Signal(_programs.Server, "TERM");
        await _programs.Server.WaitForExitAsync().Within();
        Assert.Equal(0, _programs.Server.ExitCode);
        await _programs.StartServerAgainAsync("--kill-grace", "1s");
        Assert.Contains($"{job}  running", (await _programs.ClientAsync("jobs", "--running", Host)).Text);
        Output killed = await _programs.ClientAsync("kill", "--json", Host, job[..15]);
        JsonElement result = JsonDocument.Parse(killed.Text).RootElement;
        Assert.Equal((0, "killed", 143), (killed.Status, result.GetProperty("outcome").GetString(), result.GetProperty("exit").GetInt32()));
        Assert.Equal("here\n", (await _programs.ClientAsync("logs", Host, job)).Text);
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_and_loses_no_other_job()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string[] jobs = [await DetachAsync("echo first"), await DetachAsync("echo second"), await DetachAsync("echo third"), await DetachAsync("echo fourth")];
        foreach (string job in jobs)
            Assert.Equal(0, (await _programs.ClientAsync("wait", Host, job)).Status);
        await _programs.KillServerAsync();
        // A record cut in half, one that is none, a folder in the place of a file (root reads what it likes), and half a line of the journal.
        string record = Path.Combine(Folder(jobs[0]), "record.json");
        File.WriteAllText(record, File.ReadAllText(record)[..40]);
        File.Delete(Path.Combine(Folder(jobs[1]), "record.json"));
        File.Delete(Path.Combine(Folder(jobs[2]), "stdout"));
        Directory.CreateDirectory(Path.Combine(Folder(jobs[2]), "stdout"));
        File.AppendAllText(Path.Combine(_programs.Home, "server", "jobs", "journal"), """{"id":"5768zkp4ja6g07""");
        await _programs.StartServerAgainAsync();
        string listed = (await _programs.ClientAsync("jobs", Host)).Text;
        Assert.Equal([false, false, false, true], jobs.Select(job => listed.Contains(job, StringComparison.Ordinal)));
        Assert.Equal("fourth\n", (await _programs.ClientAsync("logs", Host, jobs[3])).Text);
        Assert.Equal(3, _programs.Log.Count(line => line.Contains("the folder is left as it is", StringComparison.Ordinal)));
        Assert.Single(_programs.Log, line => line.Contains("cannot be read; skipped", StringComparison.Ordinal));
        Assert.True(File.Exists(record));
    }

    [Theory]
    [InlineData("sleep 0.2; kill -9 $$", 137, "KILL")]
    [InlineData("sleep 0.2; kill -SEGV $$", 139, "SEGV")]
    [InlineData("sleep 0.2; exit 137", 137, null)]
    public async Task What_the_holder_thinks_of_a_signal_is_not_the_commands_output(string command, int code, string? signal)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string job = await DetachAsync(command);
        JsonElement result = JsonDocument.Parse((await _programs.ClientAsync("wait", "--json", Host, job)).Text).RootElement;
        Assert.Equal(code, result.GetProperty("exit").GetInt32());
        Output logs = await _programs.ClientAsync("logs", Host, job);
        Assert.Equal(("", ""), (logs.Text, logs.Error));
        // Older systems do not tell of a process that somebody else has collected.
        if (signal is null || Environment.OSVersion.Version >= new Version(6, 15))
            Assert.Equal(signal, result.TryGetProperty("signal", out JsonElement name) ? name.GetString() : null);
    }

    [Fact]
    public async Task Variables_and_what_is_left_behind_are_the_commands_own()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Output started = await _programs.ClientAsync("run", "--detach", "--env", "dir=a", "--env", "mv=b", "--env", "p=c", "--env", "code=d", Host, "echo $dir $mv $p $code; env | grep -c rsh_; (sleep 0.5; echo late) & echo $! >&2");
        string job = started.Text.Trim();
        _jobs.Add(job);
        Output attached = await _programs.ClientAsync("attach", "--from-start", Host, job);
        Assert.Equal("a b c d\n0\n", attached.Text);
        Assert.Contains("a process that the command left behind still holds its stdout and stderr", attached.Error);
    }

    [Fact]
    public async Task What_is_gone_is_said_and_what_is_not_written_yet_is_waited_for()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string go = Path.Combine(_programs.Home, "go");
        string job = await DetachAsync($"while ! [ -e {go} ]; do sleep 0.02; done; echo hello");
        Task<Output> following = _programs.ClientAsync("logs", "--from", "3", "--follow", "--stream", "stdout", Host, job), attached = _programs.ClientAsync("attach", "--from", "stdout=4", Host, job);
        await Waiting.Until(() => _programs.ClientAsync("jobs", "--json", Host).GetAwaiter().GetResult().Text.Contains("\"attached\":2", StringComparison.Ordinal), "both look on");
        await File.WriteAllTextAsync(go, "");
        Assert.Equal("lo\n", (await following).Text);
        Assert.Equal("o\n", (await attached).Text);
    }

    [Fact]
    public async Task A_command_cannot_write_rows_of_its_own_into_the_list()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string job = await DetachAsync("true\n: 57699zzzzzzzzzzz  running\tfake \u202e");
        Assert.Equal(0, (await _programs.ClientAsync("wait", Host, job)).Status);
        string row = Assert.Single((await _programs.ClientAsync("jobs", Host)).Text.Trim().Split('\n'));
        Assert.EndsWith("true\\n: 57699zzzzzzzzzzz  running\\tfake \uFFFD", row);
    }

    [Fact]
    public async Task A_second_server_does_not_take_the_first_ones_jobs_for_lost()
    {
        Output second = await _programs.RunAsync("rsh-server", ["run", "--listen", "127.0.0.1:0"], "");
        Assert.Equal(1, second.Status);
        Assert.Contains($"rsh-server: another rsh-server uses {_programs.Home}/server\nstop that one first", second.Error);
    }

    [Fact]
    public async Task Logs_are_read_from_anywhere_and_in_any_length()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string job = await DetachAsync("seq 1 1000; echo oops >&2");
        await _programs.ClientAsync("wait", Host, job);
        string all = string.Concat(Enumerable.Range(1, 1000).Select(i => $"{i}\n"));
        Assert.Equal(all, (await _programs.ClientAsync("logs", Host, job)).Text);
        Assert.Equal("998\n999\n1000\n", (await _programs.ClientAsync("logs", "--stream", "stdout", "--tail", "3", Host, job)).Text);
        Assert.Equal(all[100..150], (await _programs.ClientAsync("logs", "--stream", "stdout", "--from", "100", "--length", "50", Host, job)).Text);
        Assert.Equal("oops\n", (await _programs.ClientAsync("logs", "--stream", "stderr", Host, job)).Text);
        Assert.Equal(all, (await _programs.ClientAsync("logs", "--follow", Host, job)).Text);
        JsonElement json = JsonDocument.Parse((await _programs.ClientAsync("logs", "--json", "--tail", "1", Host, job)).Text).RootElement;
        Assert.Equal(("1000\n", all.Length - 5), (json.GetProperty("stdout").GetString(), json.GetProperty("streams").GetProperty("stdout").GetProperty("from").GetInt32()));
        Output wrong = await _programs.ClientAsync("logs", "--tail", "1", "--from", "5", Host, job);
        Assert.Equal((2, "rsh-client: --from and --tail exclude each other\nsee: rsh-client logs --help\n"), (wrong.Status, wrong.Error));
    }

    [Fact]
    public async Task A_job_is_its_keys_and_nobody_else_sees_it()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string job = await DetachAsync("echo secret");
        string other = Path.Combine(_programs.Home, "other");
        var environment = new Dictionary<string, string> { ["RSH_HOME"] = other };
        string key = (await _programs.RunAsync("rsh-client", ["keygen"], "", environment)).Text;
        Assert.Equal(0, (await _programs.RunAsync("rsh-server", ["authorize", "-"], key)).Status);
        Output jobs = await _programs.RunAsync("rsh-client", ["jobs", "--all", "--accept-new", Host], "", environment);
        Assert.Equal((0, ""), (jobs.Status, jobs.Text));
        foreach (string verb in new[] { "attach", "logs", "wait", "kill", "rm" })
        {
            Output refused = await _programs.RunAsync("rsh-client", [verb, Host, job], "", environment);
            Assert.NotEqual(0, refused.Status);
            Assert.Contains($"there is no job '{job}' of this key", refused.Error);
        }
    }

    [Fact]
    public async Task A_running_job_is_not_forgotten_an_ended_one_is_and_beginnings_name_one_job_or_none()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string job = await DetachAsync("exec sleep 303"), second = await DetachAsync("true");
        Output running = await _programs.ClientAsync("rm", Host, job);
        Assert.Equal((1, $"rsh-client: the job {job} still runs\nend it first: rsh-client kill HOST {job}\n"), (running.Status, running.Error));
        Output several = await _programs.ClientAsync("wait", Host, "5");
        Assert.Equal(255, several.Status);
        Assert.Contains("'5' begins the ids of", several.Error);
        await _programs.ClientAsync("wait", Host, second);
        string folder = Folder(second);
        Assert.Equal(0, (await _programs.ClientAsync("rm", Host, second)).Status);
        Assert.False(Directory.Exists(folder));
        Assert.Equal(1, (await _programs.ClientAsync("rm", Host, second)).Status);
        Assert.Equal(0, (await _programs.ClientAsync("kill", "--signal", "SIGHUP", Host, job)).Status);
        Assert.Equal(129, (await _programs.ClientAsync("wait", Host, job)).Status);
        Output gone = await _programs.ClientAsync("kill", "--signal", "HUP", Host, job);
        Assert.Equal(1, gone.Status);
        Assert.Contains("nothing of it runs", gone.Error);
    }

    [Fact]
    public async Task Ctrl_c_at_attach_leaves_the_job_running_and_says_so()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string job = await DetachAsync("while :; do echo tick; sleep 0.02; done");
        using Process attached = _programs.Start("rsh-client", "attach", Host, job);
        Assert.Equal("tick", await attached.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(attached, "INT");
        await attached.WaitForExitAsync().Within();
        Assert.Equal((130, $"rsh-client: detached; the job {job} goes on\n"), (attached.ExitCode, await attached.StandardError.ReadToEndAsync()));
        Assert.Contains(job, (await _programs.ClientAsync("jobs", "--running", Host)).Text);
    }

    [Fact]
    public async Task Ten_look_on_and_one_that_stands_still_holds_up_nobody()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string go = Path.Combine(_programs.Home, "go");
        string job = await DetachAsync($"while ! [ -e {go} ]; do sleep 0.02; done; seq 1 300000; exit 8");
        Process[] watchers = [.. Enumerable.Range(0, 10).Select(_ => _programs.Start("rsh-client", "attach", "--from-start", Host, job))];
        Task<string>[] outputs = [.. watchers.Select(watcher => watcher.StandardOutput.ReadToEndAsync())];
        await Waiting.Until(() => _programs.ClientAsync("jobs", "--json", Host).GetAwaiter().GetResult().Text.Contains("\"attached\":10", StringComparison.Ordinal), "all look on");
        Programs.Signal(watchers[0], "STOP");
        await File.WriteAllTextAsync(go, "");
        string expected = string.Concat(Enumerable.Range(1, 300_000).Select(i => $"{i}\n"));
        foreach (int i in Enumerable.Range(1, 9))
        {
            Assert.Equal(expected, await outputs[i].Within());
            await watchers[i].WaitForExitAsync().Within();
            Assert.Equal(8, watchers[i].ExitCode);
        }

        Assert.False(watchers[0].HasExited);
        Programs.Signal(watchers[0], "CONT");
        Assert.Equal(expected, await outputs[0].Within());
        foreach (Process watcher in watchers)
            watcher.Dispose();
    }

    private async Task<string> DetachAsync(string command)
    {
        Output started = await _programs.ClientAsync("run", "--detach", Host, command);
        Assert.Equal((0, ""), (started.Status, started.Error));
        _jobs.Add(started.Text.Trim());
        return _jobs[^1];
    }

    private string Folder(string job) => Assert.Single(Directory.GetDirectories(Path.Combine(_programs.Home, "server", "jobs"), $"{job}*"));
}
