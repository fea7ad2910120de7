using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>Detached jobs, which outlive their client and the server.</summary>
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
    public async Task Detached_jobs_survive_a_killed_server_with_output_and_exit_status()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string go = Path.Combine(_programs.Home, "go");
        string finished = await DetachAsync("echo early; exit 5");
        string during = await DetachAsync($"echo one; while ! [ -e {go} ]; do sleep 0.02; done; echo two >&2; exit 6");
        string longer = await DetachAsync("echo alpha; exec sleep 305");
        Assert.Equal(5, (await _programs.ClientAsync("wait", Host, finished)).Status);

        await _programs.KillServerAsync();
        await File.WriteAllTextAsync(go, "");
        await Waiting.Until(() => Directory.EnumerateFiles(Folder(during), "exit.*").Any(), "the job ended without a server");
        await _programs.StartServerAgainAsync("--kill-grace", "1s");

        Dictionary<string, JsonElement> listed = await ListAsync();
        Assert.Equal(("ended", 5), (listed[finished].GetProperty("state").GetString(), listed[finished].GetProperty("exit").GetInt32()));
        Assert.Equal(("ended", 6), (listed[during].GetProperty("state").GetString(), listed[during].GetProperty("exit").GetInt32()));
        Assert.Equal("running", listed[longer].GetProperty("state").GetString());
        Output logs = await _programs.ClientAsync("logs", Host, during);
        Assert.Equal(("one\n", "two\n"), (logs.Text, logs.Error));
        Output all = await _programs.ClientAsync("attach", "--from-start", Host, during);
        Assert.Equal((6, "one\n", "two\n"), (all.Status, all.Text, all.Error));
    }

    [Fact]
    public async Task Attached_client_resumes_a_detached_job_after_the_server_was_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string go = Path.Combine(_programs.Home, "go");
        string job = await DetachAsync($"echo alpha; while ! [ -e {go} ]; do sleep 0.02; done; echo omega; exit 7");
        using Process attached = _programs.Start("rsh-client", "attach", "--from-start", Host, job);
        Assert.Equal("alpha", await attached.StandardOutput.ReadLineAsync().Within());
        await _programs.KillServerAsync();
        await _programs.StartServerAgainAsync("--kill-grace", "1s");
        Assert.Equal("running", (await ListAsync())[job].GetProperty("state").GetString());

        // The client goes on by itself, at the exact byte.
        await File.WriteAllTextAsync(go, "");
        Assert.Equal("omega\n", await attached.StandardOutput.ReadToEndAsync().Within());
        await attached.WaitForExitAsync().Within();
        Assert.Equal(7, attached.ExitCode);
    }

    [Fact]
    public async Task Attached_command_is_lost_with_its_processes_when_the_server_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds leftover processes in /proc");
        using Process lost = _programs.Start("rsh-client", "run", Host, "echo $$; exec sleep 301");
        int orphan = int.Parse((await lost.StandardOutput.ReadLineAsync().Within())!, CultureInfo.InvariantCulture);
        await _programs.KillServerAsync();
        await _programs.StartServerAgainAsync("--kill-grace", "1s");

        await lost.WaitForExitAsync().Within();
        Assert.Equal(255, lost.ExitCode);
        Assert.Contains("has ended: lost, status 255", await lost.StandardError.ReadToEndAsync());
        await Waiting.Until(() => IsGone(orphan), "the orphan is gone");
        Assert.Contains((await ListAsync()).Values, IsLost);

        static bool IsLost(JsonElement job)
            => job.TryGetProperty("outcome", out JsonElement outcome)
                && outcome.GetString() == "lost"
                && job.GetProperty("exit").GetInt32() == 255;
    }

    [Fact]
    public async Task Detached_jobs_survive_a_restart_which_does_not_wait_for_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync("echo here; exec sleep 302");
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
    public async Task Server_logs_unreadable_jobs_and_recovers_the_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        var jobs = new List<string>();
        foreach (string word in (string[])["first", "second", "third", "fourth"])
        {
            jobs.Add(await DetachAsync($"echo {word}"));
            Assert.Equal(0, (await _programs.ClientAsync("wait", Host, jobs[^1])).Status);
        }

        await _programs.KillServerAsync();
        // Half a record, a missing record, a folder instead of a file (root can read any file), and half a line of the journal.
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
        Assert.Single(_programs.Log, line => line.Contains("the last line was cut short", StringComparison.Ordinal));
        Assert.True(File.Exists(record));
    }

    [Theory]
    [InlineData("sleep 0.2; kill -9 $$", 137, "KILL")]
    [InlineData("sleep 0.2; kill -SEGV $$", 139, "SEGV")]
    [InlineData("sleep 0.2; exit 137", 137, null)]
    [InlineData("kill -9 $$", 137, "KILL")]
    [InlineData("kill -TERM $$", 143, "TERM")]
    [InlineData("exit 137", 137, null)]
    public async Task Supervisor_messages_do_not_reach_the_output(string command, int code, string? signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync(command);
        JsonElement result = JsonDocument.Parse((await _programs.ClientAsync("wait", "--json", Host, job)).Text).RootElement;
        Assert.Equal(code, result.GetProperty("exit").GetInt32());
        Output logs = await _programs.ClientAsync("logs", Host, job);
        Assert.Equal(("", ""), (logs.Text, logs.Error));
        // Before Linux 6.15 a pidfd does not tell how a process ended that another process has reaped.
        if (signal is null || Environment.OSVersion.Version >= new Version(6, 15))
            Assert.Equal(signal, result.TryGetProperty("signal", out JsonElement name) ? name.GetString() : null);
    }

    [Fact]
    public async Task Signal_that_ends_a_detached_job_at_once_is_always_told_from_a_status()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        Assert.SkipUnless(
            Environment.OSVersion.Version >= new Version(6, 15), "needs Linux 6.15: a pidfd tells how a process ended that was reaped");
        string[] jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => DetachAsync(i % 2 == 0 ? "kill -9 $$" : "exit 137")));
        for (int i = 0; i < jobs.Length; i++)
        {
            Output waited = await _programs.ClientAsync("wait", "--json", Host, jobs[i]);
            string outcome = JsonDocument.Parse(waited.Text).RootElement.GetProperty("outcome").GetString()!;
            Assert.Equal(i % 2 == 0 ? "signaled" : "exited", outcome);
        }
    }

    [Fact]
    public async Task Supervisor_does_not_change_variables_or_leftover_processes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string[] variables = ["--env", "dir=a", "--env", "mv=b", "--env", "p=c", "--env", "code=d"];
        const string command = "echo $dir $mv $p $code; env | grep -c rsh_; (sleep 0.5; echo late) & echo $! >&2";
        Output started = await _programs.ClientAsync(["run", "--detach", .. variables, Host, command]);
        string job = started.Text.Trim();
        _jobs.Add(job);
        Output attached = await _programs.ClientAsync("attach", "--from-start", Host, job);
        Assert.Equal("a b c d\n0\n", attached.Text);
        Assert.Contains("a process that the command left behind still has its stdout and stderr open", attached.Error);
    }

    [Fact]
    public async Task Logs_and_attach_wait_for_an_offset_that_is_not_written_yet()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string go = Path.Combine(_programs.Home, "go");
        string job = await DetachAsync($"while ! [ -e {go} ]; do sleep 0.02; done; echo hello");
        Task<Output> following = _programs.ClientAsync("logs", "--from", "3", "--follow", "--stream", "stdout", Host, job);
        Task<Output> attached = _programs.ClientAsync("attach", "--from", "stdout=4", Host, job);
        await AttachedAsync(job, 2);
        await File.WriteAllTextAsync(go, "");
        Assert.Equal("lo\n", (await following).Text);
        Assert.Equal("o\n", (await attached).Text);
    }

    [Fact]
    public async Task Jobs_shows_a_command_with_line_breaks_in_one_row()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync("true\n: 57699zzzzzzzzzzz  running\tfake \u202e");
        Assert.Equal(0, (await _programs.ClientAsync("wait", Host, job)).Status);
        string row = Assert.Single((await _programs.ClientAsync("jobs", Host)).Text.Trim().Split('\n'));
        Assert.EndsWith("true\\n: 57699zzzzzzzzzzz  running\\tfake \\u202e", row);
    }

    [Fact]
    public async Task Second_server_in_the_same_folder_is_refused()
    {
        Output second = await _programs.RunAsync("rsh-server", ["run", "--listen", "127.0.0.1:0"], "");
        Assert.Equal(1, second.Status);
        Assert.Contains($"rsh-server: another rsh-server uses {_programs.Home}/server\nstop that one first", second.Error);
    }

    [Fact]
    public async Task Logs_prints_any_range_of_the_output()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync("seq 1 1000; echo oops >&2");
        await _programs.ClientAsync("wait", Host, job);
        string all = string.Concat(Enumerable.Range(1, 1000).Select(i => $"{i}\n"));
        Assert.Equal(all, (await _programs.ClientAsync("logs", Host, job)).Text);
        Assert.Equal("998\n999\n1000\n", (await _programs.ClientAsync("logs", "--stream", "stdout", "--tail", "3", Host, job)).Text);
        Output part = await _programs.ClientAsync("logs", "--stream", "stdout", "--from", "100", "--length", "50", Host, job);
        Assert.Equal(all[100..150], part.Text);
        Assert.Equal("oops\n", (await _programs.ClientAsync("logs", "--stream", "stderr", Host, job)).Text);
        Assert.Equal(all, (await _programs.ClientAsync("logs", "--follow", Host, job)).Text);
        JsonElement json = JsonDocument.Parse((await _programs.ClientAsync("logs", "--json", "--tail", "1", Host, job)).Text).RootElement;
        Assert.Equal("1000\n", json.GetProperty("stdout").GetString());
        Assert.Equal(all.Length - 5, json.GetProperty("streams").GetProperty("stdout").GetProperty("from").GetInt32());
        Output wrong = await _programs.ClientAsync("logs", "--tail", "1", "--from", "5", Host, job);
        Assert.Equal(2, wrong.Status);
        Assert.Equal("rsh-client: --from and --tail cannot be used together\nsee: rsh-client logs --help\n", wrong.Error);
    }

    [Fact]
    public async Task Jobs_of_one_key_are_hidden_from_other_keys()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
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
            Assert.Contains($"this key has no job '{job}'", refused.Error);
        }
    }

    [Fact]
    public async Task Rm_refuses_a_running_job()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync("exec sleep 303");
        Output running = await _programs.ClientAsync("rm", Host, job);
        Assert.Equal(
            (1, $"rsh-client: the job {job} is running\nend it first: rsh-client kill HOST {job}\n"), (running.Status, running.Error));
    }

    [Fact]
    public async Task Rm_removes_an_ended_job_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync("true");
        await _programs.ClientAsync("wait", Host, job);
        string folder = Folder(job);
        Assert.Equal(0, (await _programs.ClientAsync("rm", Host, job)).Status);
        Assert.False(Directory.Exists(folder));
        Assert.Equal(1, (await _programs.ClientAsync("rm", Host, job)).Status);
    }

    [Fact]
    public async Task Id_prefix_of_several_jobs_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        await DetachAsync("exec sleep 303");
        await DetachAsync("true");
        Output several = await _programs.ClientAsync("wait", Host, "5");
        Assert.Equal(255, several.Status);
        Assert.Contains("'5' matches", several.Error);
    }

    [Fact]
    public async Task Kill_sends_a_signal_to_a_running_job_only()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync("exec sleep 303");
        Assert.Equal(0, (await _programs.ClientAsync("kill", "--signal", "SIGHUP", Host, job)).Status);
        Assert.Equal(129, (await _programs.ClientAsync("wait", Host, job)).Status);
        Output gone = await _programs.ClientAsync("kill", "--signal", "HUP", Host, job);
        Assert.Equal(1, gone.Status);
        Assert.Contains("it has no process to signal", gone.Error);
    }

    [Fact]
    public async Task Ctrl_c_detaches_an_attached_client()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string job = await DetachAsync("while :; do echo tick; sleep 0.02; done");
        using Process attached = _programs.Start("rsh-client", "attach", Host, job);
        Assert.Equal("tick", await attached.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(attached, "INT");
        await attached.WaitForExitAsync().Within();
        Assert.Equal(
            (130, $"rsh-client: detached; the job {job} runs on\n"), (attached.ExitCode, await attached.StandardError.ReadToEndAsync()));
        Assert.Contains(job, (await _programs.ClientAsync("jobs", "--running", Host)).Text);
    }

    [Fact]
    public async Task Stopped_watcher_does_not_delay_nine_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        string go = Path.Combine(_programs.Home, "go");
        string job = await DetachAsync($"while ! [ -e {go} ]; do sleep 0.02; done; seq 1 300000; exit 8");
        Process[] watchers = [.. Enumerable.Range(0, 10).Select(_ => _programs.Start("rsh-client", "attach", "--from-start", Host, job))];
        Task<string>[] outputs = [.. watchers.Select(watcher => watcher.StandardOutput.ReadToEndAsync())];
        await AttachedAsync(job, 10);
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

    private static bool IsGone(int pid)
        => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    private async Task<Dictionary<string, JsonElement>> ListAsync()
    {
        Output jobs = await _programs.ClientAsync("jobs", "--json", Host);
        IEnumerable<JsonElement> listed = jobs.Text.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement);
        return listed.ToDictionary(job => job.GetProperty("job").GetString()!);
    }

    private Task AttachedAsync(string job, int clients)
        => Waiting.UntilAsync(
            async () => (await ListAsync())[job].GetProperty("attached").GetInt32() == clients, $"{clients} clients are attached");

    private async Task<string> DetachAsync(string command)
    {
        Output started = await _programs.ClientAsync("run", "--detach", Host, command);
        Assert.Equal((0, ""), (started.Status, started.Error));
        _jobs.Add(started.Text.Trim());
        return _jobs[^1];
    }

    private string Folder(string job) => Assert.Single(Directory.GetDirectories(Path.Combine(_programs.Home, "server", "jobs"), $"{job}*"));
}
