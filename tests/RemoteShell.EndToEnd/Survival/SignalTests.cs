using RemoteShell.Client;

namespace RemoteShell.EndToEnd.Survival;

public class SignalTests
{
    private const string ShowSignals = "grep -E 'Sig(Blk|Ign)' /proc/self/status";

    [Theory]
    [InlineData("cliwrap")]
    [InlineData("posix_spawn")]
    public async Task Commands_start_with_all_signals_unblocked_and_none_ignored(string launcher)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/self/status");
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        const string Script = """
            import os, signal, sys
            for number in range(1, 32):
                if number not in (9, 17, 19):
                    signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
            os.execv(sys.argv[1], [sys.argv[1], 'run', '--listen', '127.0.0.1:0', '--launcher', sys.argv[2]])
            """;
        await programs.StartServerThroughAsync("python3", "-c", Script, Programs.ServerPath, launcher);
        const string None = "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n";
        Assert.Equal(None, (await programs.ClientAsync("run", "--accept-new", programs.Host, ShowSignals)).Text);
        Output terminal = await programs.ClientAsync("run", "-tt", programs.Host, ShowSignals);
        Assert.Equal(None, terminal.Text.Replace("\r", "", StringComparison.Ordinal));
        string job = (await programs.ClientAsync("run", "--detach", programs.Host, ShowSignals)).Text.Trim();
        await programs.ClientAsync("wait", programs.Host, job);
        Assert.Equal(None, (await programs.ClientAsync("logs", programs.Host, job)).Text);
        // Also the server itself can be stopped again.
        Programs.Signal(programs.Server, "TERM");
        await programs.Server.WaitForExitAsync().Within();
        Assert.Equal(0, programs.Server.ExitCode);
    }

    [Fact]
    public async Task Server_survives_the_limit_of_file_sizes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: prlimit(1)");
        const int Limit = 64 * 1024;
        await using var programs = new Programs();
        await programs.CreateKeysAsync();
        await programs.StartServerThroughAsync(
            // Without the variable, .NET cannot start: it makes a large file in memory for the code that it compiles.
            "env", "DOTNET_EnableWriteXorExecute=0", "prlimit", $"--fsize={Limit}", Programs.ServerPath, "run", "--listen", "127.0.0.1:0");
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(programs.ClientOptions).Within();
        RemoteCommand command = RemoteCommand.Shell($"true {new string('x', 1000)}");
        for (int i = 0; i < 60; i++)
            Assert.Equal(0, (await client.RunBufferedAsync(command).Within()).ExitCode);
        Assert.Contains(Directory.GetFiles(Path.Combine(programs.Home, "server", "log")), file => new FileInfo(file).Length == Limit);
        Assert.Equal("on\n", (await programs.ClientAsync("run", programs.Host, "echo on")).Text);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task Signal_stops_the_server_in_order(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        await using Programs programs = await Programs.StartAsync();
        Programs.Signal(programs.Server, signal);
        await programs.Server.WaitForExitAsync().Within();
        Assert.Equal(0, programs.Server.ExitCode);
        Assert.Contains(programs.Log, line => line.Contains("\"stopped\"", StringComparison.Ordinal));
    }
}
