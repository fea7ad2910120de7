using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>The end of a job reaches all processes of its session, whatever process groups they are in.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    // Longer than a test waits: a job that ends only by KILL fails the test.
    private const string KillGrace = "120s";

    private readonly Marked _marked = new();
    private Programs _programs = null!;

    private string Host => _programs.Host;

    /// <summary>Commands that put a sleep into a process group of its own; # stands for its seconds.</summary>
    public static TheoryData<string> Commands => new(
        "timeout 200000000 sleep #; echo done",
        "bash -c 'set -m; sleep #; true'",
        "bash -c 'set -m; sleep # & wait'",
        "timeout 200000000 timeout 200000000 env -i sleep # & sleep 300");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds the processes of a session in /proc");
        _programs = await Programs.StartAsync("--kill-grace", KillGrace, "--stop-grace", "100ms");
    }

    public async ValueTask DisposeAsync()
    {
        _marked.Dispose();
        if (_programs is not null)
            await _programs.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Timeout_ends_processes_in_groups_of_their_own(string command)
    {
        Output result = await _programs.ClientAsync("run", "--timeout", "1s", Host, Marked(command));
        Assert.Equal(124, result.Status);
        Assert.Empty(_marked.Running());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Kill_of_a_detached_job_ends_processes_in_groups_of_their_own(string command)
    {
        string job = (await _programs.ClientAsync("run", "--detach", Host, Marked(command))).Text.Trim();
        await _marked.UntilAsync(1);
        Assert.Equal(0, (await _programs.ClientAsync("kill", Host, job)).Status);
        Assert.Empty(_marked.Running());
    }

    [Theory]
    [InlineData("sleep # & sleep #.5")]
    [InlineData("timeout 200000000 sleep #.5 & sleep #")]
    public async Task End_of_a_terminal_job_ends_the_background_jobs_of_its_shell(string line)
    {
        await using TestTerminal terminal = _programs.OnTerminal(
            new Dictionary<string, string>(), 80, 24, "run", "-t", Host, $"exec bash --norc -ic '{Marked(line)}'");
        await _marked.UntilAsync(2);
        Assert.Equal(0, (await _programs.ClientAsync("kill", Host, await _programs.RunningJobAsync())).Status);
        Assert.Empty(_marked.Running());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Stop_of_the_server_ends_processes_in_groups_of_their_own(string command)
    {
        using Process client = _programs.Start("rsh-client", "run", Host, Marked(command));
        await _marked.UntilAsync(1);
        Programs.Signal(_programs.Server, "TERM");
        await _programs.Server.WaitForExitAsync().Within();
        Assert.Empty(_marked.Running());
        Programs.Signal(client, "KILL");
        await client.WaitForExitAsync().Within();
        await _programs.StartServerAgainAsync();
    }

    [Fact]
    public async Task Signal_to_a_job_reaches_processes_in_groups_of_their_own()
    {
        string job = (await _programs.ClientAsync("run", "--detach", Host, Marked("timeout 200000000 sleep #; exit 7"))).Text.Trim();
        await _marked.UntilAsync(1);
        Assert.Equal(0, (await _programs.ClientAsync("kill", "--signal", "STOP", Host, job)).Status);
        string stat = $"/proc/{_marked.Running()[0]}/stat";
        await Waiting.Until(() => File.ReadAllText(stat).Contains(") T ", StringComparison.Ordinal), "the sleep is stopped");
        Assert.Equal(0, (await _programs.ClientAsync("kill", Host, job)).Status);
        Assert.Empty(_marked.Running());
    }

    [Fact]
    public async Task Process_that_left_the_session_is_named_in_the_result_and_the_log()
    {
        Output result = await _programs.ClientAsync(
            "run", "--json", "--timeout", "1s", Host, Marked("setsid sleep # >/dev/null 2>&1 & sleep 300"));
        int escaped = Assert.Single(_marked.Running());
        JsonElement json = JsonDocument.Parse(result.Text).RootElement;
        Assert.Equal("timed-out", json.GetProperty("outcome").GetString());
        string named = $"it timed out after 1 s; left running, in another session: {escaped} (sleep)";
        Assert.Equal(named, json.GetProperty("reason").GetString());
        Assert.Contains(_programs.Log, line => line.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Process_that_left_the_session_of_a_detached_job_is_named_too()
    {
        string job = (await _programs.ClientAsync("run", "--detach", Host, Marked("setsid sleep # & sleep 300"))).Text.Trim();
        await _marked.UntilAsync(1);
        Output killed = await _programs.ClientAsync("kill", "--json", Host, job);
        string reason = JsonDocument.Parse(killed.Text).RootElement.GetProperty("reason").GetString()!;
        Assert.EndsWith($"; left running, in another session: {Assert.Single(_marked.Running())} (sleep)", reason);
    }

    [Theory]
    [InlineData("env -i sleep # & wait")]
    [InlineData("env -i bash -c 'exec sleep #' & sleep 300 & wait")]
    [InlineData("timeout 200000000 env -i sleep #; true")]
    [InlineData("trap '' TERM; env -i sleep #; true")]
    public async Task Recovery_ends_the_session_of_a_lost_job_without_RSH_JOB(string command)
    {
        using Process client = _programs.Start("rsh-client", "run", "--on-disconnect", "keep", Host, Marked(command));
        await _marked.UntilAsync(1);
        // The server writes it right after it has started the command.
        await Waiting.Until(() => _programs.Journal.Contains("\"session\":", StringComparison.Ordinal), "the journal has the session");
        await _programs.KillServerAsync();
        await _programs.StartServerAgainAsync("--kill-grace", "500ms");
        await _marked.UntilAsync(0);
        await client.WaitForExitAsync().Within();
        Assert.Equal(255, client.ExitCode);
    }

    [Fact]
    public async Task Recovery_ends_a_session_whose_leader_is_gone()
    {
        Assert.SkipUnless(File.Exists("/proc/self/autogroup"), "needs a kernel with autogroups: they identify a session");
        string go = Path.Combine(_programs.Home, "go");
        string command = Marked($"echo $$; env -i sleep # & while ! [ -e {go} ]; do sleep 0.02; done");
        using Process client = _programs.Start("rsh-client", "run", "--on-disconnect", "keep", Host, command);
        string leader = (await client.StandardOutput.ReadLineAsync().Within())!;
        await _marked.UntilAsync(1);
        await _programs.KillServerAsync();
        await File.WriteAllTextAsync(go, "");
        await Waiting.Until(() => !Directory.Exists($"/proc/{leader}"), "the leader is gone");
        await _programs.StartServerAgainAsync();
        await _marked.UntilAsync(0);
        await client.WaitForExitAsync().Within();
    }

    [Fact]
    public async Task Client_cannot_hide_a_process_by_its_own_RSH_JOB()
    {
        Output shown = await _programs.ClientAsync("run", "--env", "RSH_JOB=abc", Host, "echo $RSH_JOB");
        Assert.NotEqual("abc\n", shown.Text);
        string command = Marked("setsid sleep # & sleep 300");
        using Process client = _programs.Start(
            "rsh-client", "run", "--on-disconnect", "keep", "--env", "RSH_JOB=abc", Host, command);
        await _marked.UntilAsync(1);
        await _programs.KillServerAsync();
        await _programs.StartServerAgainAsync();
        await _marked.UntilAsync(0);
        await client.WaitForExitAsync().Within();
    }

    private string Marked(string command) => command.Replace("#", _marked.Seconds, StringComparison.Ordinal);
}
