using RemoteShell.Client;

namespace RemoteShell.EndToEnd.Survival;

public class LogTests
{
    private const int Terminate = 15;

    // Two lines each. The pipe holds about 500 of them, and a terminal about 50.
    private const int ManyCommands = 400;

    [Theory]
    [InlineData("stop")]
    [InlineData("TERM")]
    public async Task Log_that_nobody_reads_blocks_neither_commands_nor_the_stop(string way)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: a pipe that is open for reading and writing");
        await using var programs = new Programs();
        await StartWithUnreadLogAsync(programs);
        await RunManyAsync(programs, ManyCommands);
        if (way == "stop")
            Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop", "--grace", "0s"], "")).Status);
        else
            Programs.Signal(programs.Server, way);
        await programs.Server.WaitForExitAsync().Within();
        Assert.Equal(0, programs.Server.ExitCode);
    }

    [Fact]
    public async Task Lines_that_nobody_read_in_time_are_counted_and_are_in_the_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: a pipe that is open for reading and writing");
        const int Commands = 1500;
        await using var programs = new Programs();
        string log = await StartWithUnreadLogAsync(programs);
        await RunManyAsync(programs, Commands);
        await ReadUntilAsync(log, " lines were not shown here").Within();
        Assert.Equal(Commands, programs.Log.Count(line => line.Contains(" started for ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stopped_terminal_blocks_neither_commands_nor_the_stop()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: pseudo-terminals");
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        string port = Path.Combine(programs.Home, "port");
        await using TestTerminal terminal = programs.ServerOnTerminal("run", "--listen", "127.0.0.1:0", "--port-file", port);
        await terminal.SeesAsync("listening on ");
        await terminal.TypeAsync("\u0013");
        programs.Host = $"127.0.0.1:{File.ReadAllText(port).Trim()}";
        await RunManyAsync(programs, ManyCommands);
        terminal.Kill(Terminate);
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Log_is_private_also_inside_its_folder()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        await using Programs programs = await Programs.StartAsync();
        string folder = Path.Combine(programs.Home, "server", "log");
        Assert.Equal("700", Mode(folder));
        Assert.All(Directory.GetFiles(folder), file => Assert.Equal("600", Mode(file)));
    }

    [Fact]
    public async Task Hang_up_reopens_the_log_file_and_does_not_stop_the_server()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGHUP");
        await using Programs programs = await Programs.StartAsync();
        string file = Assert.Single(Directory.GetFiles(Path.Combine(programs.Home, "server", "log")));
        File.Move(file, $"{file}.1");
        Programs.Signal(programs.Server, "HUP");
        await Waiting.Until(() => File.Exists(file) && Contains(file, "SIGHUP: "), "the log is in a new file");
        Assert.Equal("on\n", (await programs.ClientAsync("run", programs.Host, "echo on")).Text);
        Assert.True(Contains(file, "echo on"));
        Assert.False(Contains($"{file}.1", "echo on"));
    }

    [Fact]
    public async Task Server_in_the_background_outlives_its_terminal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: pseudo-terminals");
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        string port = Path.Combine(programs.Home, "port");
        await using (TestTerminal shell = programs.ShellOnTerminal())
        {
            await shell.TypeAsync($"{Programs.ServerPath} run --listen 127.0.0.1:0 --port-file {port} &\r");
            await Waiting.Until(() => File.Exists(port), "the server listens");
            // As at the end of an ssh session: the shell passes SIGHUP on to its jobs, and ends. Then the terminal is closed.
            shell.Kill(1);
            await shell.EndAsync();
        }

        programs.Host = $"127.0.0.1:{File.ReadAllText(port).Trim()}";
        await Waiting.Until(() => programs.Log.Any(line => line.Contains("SIGHUP: ", StringComparison.Ordinal)), "the server got SIGHUP");
        Assert.Equal("on\n", (await programs.ClientAsync("run", "--accept-new", programs.Host, "echo on")).Text);
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["stop", "--grace", "0s"], "")).Status);
    }

    // Starts a server whose standard error is a pipe that stays open and is not read; returns the path of the pipe.
    private static async Task<string> StartWithUnreadLogAsync(Programs programs)
    {
        await programs.CreateKeysAsync();
        string log = Path.Combine(programs.Home, "unread");
        await programs.RunToolAsync("mkfifo", log);
        const string Script = "exec \"$0\" run --listen 127.0.0.1:0 2<>\"$1\"";
        await programs.StartServerThroughAsync("/bin/sh", "-c", Script, Programs.ServerPath, log);
        return log;
    }

    private static async Task RunManyAsync(Programs programs, int count)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(programs.ClientOptions).Within();
        for (int i = 0; i < count; i++)
            await client.RunBufferedAsync(RemoteCommand.Builtin("time")).Within();
    }

    private static Task ReadUntilAsync(string pipe, string text) => Task.Run(() =>
    {
        using var reader = new StreamReader(pipe);
        while (reader.ReadLine() is { } line && !line.Contains(text, StringComparison.Ordinal))
        {
            // The lines before the count.
        }
    });

    private static string Mode(string path)
        => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static bool Contains(string file, string text)
        => Programs.ReadShared(file).Any(line => line.Contains(text, StringComparison.Ordinal));
}
