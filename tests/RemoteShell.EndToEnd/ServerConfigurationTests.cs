using System.Diagnostics;

namespace RemoteShell.EndToEnd;

/// <summary>The configuration file of the server, with the real programs.</summary>
public sealed class ServerConfigurationTests : IAsyncLifetime
{
    private readonly Programs _programs = new();

    private string File => Path.Combine(_programs.Home, "config");

    private string AuthorizedKeys => Path.Combine(_programs.Home, "server", "authorized_keys");

    public async ValueTask InitializeAsync() => await _programs.CreateKeysAsync();

    public async ValueTask DisposeAsync() => await _programs.DisposeAsync();

    [Fact]
    public async Task File_is_used_and_the_command_line_goes_before_it()
    {
        Write("MaxJobs 1", "ListenAddress 203.0.113.9:1", "LogLevel error");
        await StartAsync("--log-level", "debug");
        using Process cat = await StartCatAsync();
        Assert.Contains("this key already runs 1 jobs", (await EchoAsync()).Error);
        await EndAsync(cat);
        Assert.Equal("on\n", (await EchoAsync()).Text);
        Assert.Contains(_programs.Log, line => line.Contains("echo on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_with_a_wrong_file_does_not_start_and_names_each_line()
    {
        Write("MaxJobs 0", "# fine", "Frob 1");
        Output output = await ServerAsync("run", "--config", File);
        Assert.Equal((1, ""), (output.Status, output.Text));
        Assert.Contains($"rsh-server: {File}:1: MaxJobs must be at least 1, not 0\n", output.Error);
        Assert.Contains($"rsh-server: {File}:3: there is no key 'Frob'\n", output.Error);
        Assert.False(Path.Exists(Path.Combine(_programs.Home, "server", "host_key.pem")));
    }

    [Fact]
    public async Task Check_is_silent_and_writes_nothing_if_nothing_is_wrong()
    {
        Write("MaxJobs 5", "ListenAddress 127.0.0.1:0", $"RecordDir {_programs.Home}/recordings");
        string[] before = Entries();
        Output output = await ServerAsync("run", "--check", "--config", File, "--port-file", Path.Combine(_programs.Home, "port"));
        Assert.Equal((0, "", ""), (output.Status, output.Text, output.Error));
        Assert.Equal(before, Entries());
    }

    [Fact]
    public async Task Check_passes_beside_the_running_server_and_does_not_disturb_it()
    {
        Write("MaxJobs 5");
        await StartAsync();
        Output output = await ServerAsync("run", "--check", "--config", File, "--listen", _programs.Host);
        Assert.Equal((0, "", ""), (output.Status, output.Text, output.Error));
        Assert.Equal("on\n", (await _programs.ClientAsync("run", "--accept-new", _programs.Host, "echo on")).Text);
    }

    [Fact]
    public async Task Check_names_all_that_is_wrong()
    {
        Write("MaxJobs 0", "Motd /nonexistent", "ListenAddress 203.0.113.9:7022");
        System.IO.File.AppendAllText(AuthorizedKeys, "not a key\n");
        string hostKey = Path.Combine(_programs.Home, "server", "host_key.pem");
        System.IO.File.WriteAllText(hostKey, "damaged");
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(hostKey, UnixFileMode.UserRead);
        Output output = await ServerAsync("run", "--check", "--config", File, "--port-file", "/nonexistent/port");
        Assert.Equal((1, ""), (output.Status, output.Text));
        string[] faults =
        [
            $"{File}:1: MaxJobs must be", $"{File}:2: Motd: there is no file", $"{AuthorizedKeys}:2: this is not a key",
            $"{hostKey} does not hold a valid key", "cannot listen on 203.0.113.9:7022", "--port-file: the folder of /nonexistent/port",
        ];
        Assert.All(faults, fault => Assert.Contains($"rsh-server: {fault}", output.Error));
    }

    [Fact]
    public async Task Check_of_a_wrong_command_line_ends_with_2()
        => Assert.Equal(2, (await ServerAsync("run", "--check", "--config", "none", "--motd", "/nonexistent")).Status);

    [Fact]
    public async Task Hang_up_applies_a_new_limit_and_keeps_the_running_job()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGHUP");
        Write("MaxJobs 2");
        await StartAsync();
        using Process cat = await StartCatAsync();
        Assert.Equal("on\n", (await EchoAsync()).Text);
        await HangUpAsync("was read again", "MaxJobs 1");
        Assert.Contains("this key already runs 1 jobs", (await EchoAsync()).Error);
        await HangUpAsync("was read again", "MaxJobs 2", "LogLevel error");
        Assert.Equal("on\n", (await EchoAsync("last")).Text);
        await EndAsync(cat);
        Assert.DoesNotContain(_programs.Log, line => line.Contains("echo last", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hang_up_with_a_wrong_file_keeps_what_applied_and_logs_the_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGHUP");
        Write("MaxJobs 1");
        await StartAsync();
        using Process cat = await StartCatAsync();
        await HangUpAsync("the configuration stays as it was", "MaxJobs 7", "MaxJobs 0", "Frob 1");
        Assert.Contains(_programs.Log, line => line.Contains($"SIGHUP: {File}:2: MaxJobs must be", StringComparison.Ordinal));
        Assert.Contains(_programs.Log, line => line.Contains($"SIGHUP: {File}:3: there is no key", StringComparison.Ordinal));
        Assert.Contains("this key already runs 1 jobs", (await EchoAsync()).Error);
        await EndAsync(cat);
        Assert.Equal("on\n", (await EchoAsync()).Text);
    }

    [Fact]
    public async Task Hang_up_logs_the_keys_that_need_a_restart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGHUP");
        Write("Shell /bin/sh", "MaxJobs 1");
        await StartAsync();
        await HangUpAsync("PortFile keeps its value", "Udp yes", "Launcher posix_spawn", $"PortFile {_programs.Home}/port");
        foreach (string key in (string[])["Shell", "Udp", "Launcher", "PortFile"])
            Assert.Contains(_programs.Log, line => line.Contains($"SIGHUP: {key} keeps its value: a", StringComparison.Ordinal));
        Assert.DoesNotContain(_programs.Log, line => line.Contains("ListenAddress keeps", StringComparison.Ordinal));
        Assert.Equal("on\n", (await EchoAsync()).Text);
    }

    [Fact]
    public async Task Hang_up_names_wrong_authorized_keys_and_a_removed_key_is_refused_and_disconnected()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGHUP");
        Write("MaxJobs 3");
        await StartAsync();
        using Process cat = await StartCatAsync();
        string key = System.IO.File.ReadAllText(AuthorizedKeys);
        System.IO.File.WriteAllText(AuthorizedKeys, "ecdsa broken\n");
        await HangUpAsync("authorized_keys:1: this is not a key", "MaxJobs 3");
        Assert.Contains("is not authorized here", (await EchoAsync()).Error);
        await cat.WaitForExitAsync().Within();
        Assert.Contains("is not authorized any more", await cat.StandardError.ReadToEndAsync().Within());
        System.IO.File.WriteAllText(AuthorizedKeys, key);
        await HangUpAsync("was read again", "MaxJobs 3");
        Assert.Equal("on\n", (await EchoAsync()).Text);
    }

    [Fact]
    public async Task Many_hang_ups_in_a_row_end_with_the_last_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGHUP");
        Write("MaxJobs 5");
        await StartAsync();
        for (int i = 0; i < 20; i++)
        {
            Write($"MaxJobs {i + 1}");
            Programs.Signal(_programs.Server, "HUP");
        }

        using Process cat = await StartCatAsync();
        // Only a server that has read the last file logs this.
        await HangUpAsync("Udp keeps its value", "MaxJobs 1", "Udp yes");
        Assert.Contains("this key already runs 1 jobs", (await EchoAsync()).Error);
        await EndAsync(cat);
    }

    private async Task StartAsync(params string[] options)
    {
        await _programs.StartServerAsync(["--config", File, .. options]);
        Assert.Equal(0, (await _programs.ClientAsync("run", "--accept-new", _programs.Host, "true")).Status);
    }

    // A job that runs until its input ends.
    private async Task<Process> StartCatAsync()
    {
        Process cat = _programs.Start("rsh-client", "run", "--stdin", _programs.Host, "echo up; cat; exit 3");
        Assert.Equal("up", await cat.StandardOutput.ReadLineAsync().Within());
        return cat;
    }

    private static async Task EndAsync(Process cat)
    {
        await cat.StandardInput.WriteLineAsync("still here");
        cat.StandardInput.Close();
        Assert.Equal("still here", await cat.StandardOutput.ReadLineAsync().Within());
        await cat.WaitForExitAsync().Within();
        Assert.Equal(3, cat.ExitCode);
    }

    private Task<Output> EchoAsync(string mark = "on") => _programs.ClientAsync("run", _programs.Host, $"echo {mark} >/dev/null; echo on");

    private Task<Output> ServerAsync(params string[] arguments) => _programs.RunAsync("rsh-server", arguments, "");

    private void Write(params string[] lines) => System.IO.File.WriteAllLines(File, lines);

    // Writes the file, sends SIGHUP, and waits until the log has a further line with the text.
    private async Task HangUpAsync(string text, params string[] lines)
    {
        int before = Count();
        Write(lines);
        Programs.Signal(_programs.Server, "HUP");
        await Waiting.Until(() => Count() > before, $"the log has a further line with: {text}");

        int Count() => _programs.Log.Count(line => line.Contains(text, StringComparison.Ordinal));
    }

    // All files below the home folder, and when they were changed.
    private string[] Entries() =>
    [
        .. Directory.EnumerateFileSystemEntries(_programs.Home, "*", SearchOption.AllDirectories)
            .Select(path => $"{path} {System.IO.File.GetLastWriteTimeUtc(path):O}").Order(StringComparer.Ordinal),
    ];
}
