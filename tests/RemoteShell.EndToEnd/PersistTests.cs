using System.Diagnostics;

namespace RemoteShell.EndToEnd;

/// <summary>Commands with <c>--persist</c> share a connection that a process in the background keeps.</summary>
/// <remarks>It is never the cause of an error.</remarks>
public sealed class PersistTests : IAsyncLifetime
{
    // Programs that are compiled just in time take a second of processor time each.
    private static readonly int Many = Programs.AreNative ? 50 : 8;

    private static readonly string Numbers = string.Concat(Enumerable.Range(1, 5000).Select(i => $"{i}\n"));

    private Programs _programs = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: finds the keeper in /proc");
        _programs = await Programs.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (int keeper in Keepers())
            await SignalAsync(keeper, "KILL");
        if (_programs is not null)
            await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Second_command_uses_the_connection_of_the_first()
    {
        await KeepAsync();
        Output who = await _programs.ClientAsync("who", "--persist=1m", "--json", _programs.Host);
        Assert.Equal(0, who.Status);
        Assert.Single(who.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((3, "in", "err\n"), await RunAsync("cat; echo err >&2; exit 3", "in"));
        // The server's clock, and not that of the process that keeps the connection.
        Assert.Equal(0, (await _programs.ClientAsync("time", "--persist=1m", _programs.Host)).Status);
        // Another fingerprint is another connection.
        string fingerprint = await _programs.FingerprintAsync();
        Output other = await _programs.ClientAsync("run", "--persist=1m", "--fingerprint", fingerprint, _programs.Host, "echo ok");
        Assert.Equal((0, "ok\n", ""), (other.Status, other.Text, other.Error));
        await Waiting.Until(() => Keepers().Count == 2, "another connection is kept");
    }

    [Fact]
    public async Task Connection_is_kept_beside_an_agent_if_the_own_key_is_let_in()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(folder);
        await agent.AddAsync(SshKeygen.MakeKey(folder, "ed25519"));
        Output output = await _programs.RunAsync(
            "rsh-client",
            ["run", "--persist=1m", _programs.Host, "echo ok"],
            "",
            new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = agent.Socket });
        Assert.Equal((0, "ok\n", ""), (output.Status, output.Text, output.Error));
        await Waiting.Until(() => Keepers().Count == 1 && Sockets().Length == 1, "the connection is kept");
    }

    [Fact]
    public async Task Keeper_holds_nothing_of_the_command_that_started_it()
    {
        // Its standard streams, a lock on descriptor 9, and its process group.
        Output output = await _programs.ShellAsync("exec 9>\"$RSH_HOME/lock\"; \"$C\" run --persist=1m \"$H\" 'echo ok' | cat");
        Assert.Equal((0, "ok\n", ""), (output.Status, output.Text, output.Error));
        await Waiting.Until(() => Keepers().Count == 1 && Sockets().Length == 1, "the connection is kept");
        string keeper = $"/proc/{Keepers()[0]}";
        await Waiting.Until(() => Directory.GetFiles($"{keeper}/fd").All(Allowed), "the keeper has closed what it inherited");
        Assert.Equal(Keepers()[0].ToString(), (await File.ReadAllTextAsync($"{keeper}/stat")).Split(' ')[5]);

        bool Allowed(string path) => new FileInfo(path).LinkTarget is not { } target
            || !target.StartsWith(Path.Combine(_programs.Home, "lock"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_client_leaves_its_job_to_the_policy()
    {
        await KeepAsync();
        using Process client = _programs.Start(
            "rsh-client", "run", "--persist=1m", "--on-disconnect=keep:5m", _programs.Host, "echo begun; sleep 300");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        string job = await _programs.RunningJobAsync();
        client.Kill();
        await client.WaitForExitAsync().Within();
        Output attached = await _programs.ShellAsync($"\"$C\" kill \"$H\" {job}; \"$C\" attach --from-start \"$H\" {job}");
        Assert.Equal("begun\n", attached.Text);
    }

    [Theory]
    [InlineData("killed")]
    [InlineData("stopped")]
    [InlineData("left a socket")]
    [InlineData("the server was killed")]
    public async Task Many_commands_succeed_whatever_happens_to_the_keeper(string what)
    {
        int keeper = await KeepAsync();
        string go = Path.Combine(_programs.Home, "go");
        if (what == "left a socket")
        {
            await SignalAsync(keeper, "KILL");
            Assert.Single(Sockets());
        }

        // Half of them run already, and half come afterwards. A server that is killed takes what it runs with it.
        int running = what == "the server was killed" ? 0 : Many / 2;
        string script = $"seq 2500; while ! [ -e {go} ]; do sleep 0.1; done; seq 2501 5000; exit 3";
        Task<(int, string, string)>[] before = [.. Enumerable.Range(0, running).Select(_ => RunAsync(script))];
        await Waiting.Until(() => Running() == running, "the first half runs");
        await DisturbAsync(what, keeper);
        Task<(int, string, string)>[] after = [.. Enumerable.Range(0, Many / 2).Select(_ => RunAsync(script))];
        await File.WriteAllTextAsync(go, "");
        foreach ((int status, string text, string error) in await Task.WhenAll([.. before, .. after]).Within())
            Assert.Equal((3, Numbers, ""), (status, text, error));
    }

    [Fact]
    public async Task Unused_connection_is_closed_after_its_time()
    {
        Output output = await _programs.ClientAsync("run", "--persist=1s", _programs.Host, "echo ok");
        Assert.Equal((0, "ok\n", ""), (output.Status, output.Text, output.Error));
        await Waiting.Until(() => Sockets().Length == 1, "the connection is kept");
        await Waiting.Until(() => Keepers().Count == 0, "the keeper ends");
        Assert.Empty(Sockets());
    }

    [Fact]
    public async Task Configuration_keeps_connections()
    {
        string config = Path.Combine(_programs.Home, "config");
        await File.WriteAllTextAsync(config, "Host *\n Persist auto\n");
        Assert.Equal(0, (await _programs.ClientAsync("run", "--config", config, _programs.Host, "true")).Status);
        await Waiting.Until(() => Sockets().Length == 1, "the connection is kept");
        await File.WriteAllTextAsync(config, "Persist soon");
        Output wrong = await _programs.ClientAsync("run", "--config", config, _programs.Host, "true");
        Assert.Equal(255, wrong.Status);
        Assert.Contains(":1: Persist: 'soon' is not a duration", wrong.Error, StringComparison.Ordinal);
        Output option = await _programs.ClientAsync("run", "--persist=soon", _programs.Host, "true");
        Assert.Equal(2, option.Status);
        Assert.Contains("--persist: 'soon' is not a duration", option.Error, StringComparison.Ordinal);
    }

    private async Task DisturbAsync(string what, int keeper)
    {
        switch (what)
        {
            case "killed":
                await SignalAsync(keeper, "KILL");
                break;
            case "stopped":
                await SignalAsync(keeper, "STOP");
                break;
            case "the server was killed":
                await _programs.KillServerAsync();
                await _programs.StartServerAgainAsync();
                break;
        }
    }

    private async Task<int> KeepAsync()
    {
        Assert.Equal((0, "ok\n", ""), await RunAsync("echo ok"));
        await Waiting.Until(() => Keepers().Count == 1 && Sockets().Length == 1, "the connection is kept");
        return Keepers()[0];
    }

    private async Task<(int Status, string Text, string Error)> RunAsync(string script, string? input = null)
    {
        string[] words = ["run", .. input is null ? (string[])[] : ["-i"], "--persist=1m", _programs.Host, script];
        Output output = await _programs.ClientWithInputAsync(input ?? "", words);
        return (output.Status, output.Text, output.Error);
    }

    // Shells at the server that wait for the file.
    private int Running() => Processes().Count(words => words is [_, "-c", var script, ..]
        && script.StartsWith("seq 2500;", StringComparison.Ordinal)
        && script.Contains(_programs.Home, StringComparison.Ordinal));

    private string[] Sockets()
    {
        string folder = Path.Combine(_programs.Home, "client", "shared");
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.GetFiles(folder).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))];
    }

    private List<int> Keepers() => [.. Numbered()
        .Where(one => one.Words is [_, "keep", var socket, ..] && socket.Contains(_programs.Home, StringComparison.Ordinal))
        .Select(one => one.Id)];

    private static IEnumerable<string[]> Processes() => Numbered().Select(one => one.Words);

    private static IEnumerable<(int Id, string[] Words)> Numbered()
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int id))
                continue;
            string words;
            try
            {
                words = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has ended.
                continue;
            }

            if (words.Length > 0)
                yield return (id, words.TrimEnd('\0').Split('\0'));
        }
    }

    private Task SignalAsync(int process, string signal)
        => _programs.RunToolAsync("kill", $"-{signal}", process.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
