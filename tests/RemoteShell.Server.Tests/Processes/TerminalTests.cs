using System.Text;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>The contract of a process on a terminal.</summary>
public class TerminalTests
{
    private static readonly TerminalRequest Size = new("vt100", 81, 25);

    public static bool HasTerminals => PseudoTerminal.IsSupported;

    [Theory(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 137", 137, null)]
    [InlineData("kill -KILL $$", 137, 9)]
    [InlineData("kill -TERM $$", 143, 15)]
    public async Task Exit_status_and_signal_are_always_known(string script, int code, int? signal)
    {
        (ProcessExit exit, _) = await RunAsync(script);
        Assert.Equal((code, signal), (exit.Code, exit.Signal));
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task Process_has_a_controlling_terminal_with_type_and_size()
    {
        (_, string shown) = await RunAsync("tty; stty size; echo $TERM; echo $RSH_TTY; echo to-it >/dev/tty; ps -o tty= -p $$");
        string[] lines = shown.Split("\r\n");
        Assert.StartsWith("/dev/pts/", lines[0]);
        Assert.Equal(["25 81", "vt100", lines[0], "to-it", lines[0]["/dev/".Length..]], lines[1..6]);
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task Output_written_before_the_exit_reaches_a_slow_reader()
    {
        (_, string shown) = await RunAsync("stty raw -echo; seq 20000", slowly: true);
        Assert.Equal(string.Concat(Enumerable.Range(1, 20000).Select(i => $"{i}\n")), shown);
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task Launcher_does_not_wait_for_a_process_that_holds_the_terminal()
    {
        (ProcessExit exit, string shown) = await RunAsync("trap '' HUP; (sleep 20) & echo out; exit 4");
        Assert.Equal(4, exit.Code);
        Assert.Equal("out\r\n", shown);
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task Program_may_close_its_terminal_and_open_it_again()
    {
        (ProcessExit exit, string shown) = await RunAsync(
            "echo before; exec </dev/null >/dev/null 2>&1; sleep 0.2; echo later >/dev/tty; exit 3");
        Assert.Equal((3, "before\r\nlater\r\n"), (exit.Code, shown));
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task End_of_input_first_ends_an_unfinished_line()
    {
        (ProcessExit exit, string shown) = await RunAsync(
            "stty -echo; cat; echo done", (terminal, gone) => terminal.WriteAsync("half"u8.ToArray(), gone).AsTask());
        Assert.Equal(0, exit.Code);
        Assert.EndsWith("halfdone\r\n", shown);
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task End_of_input_is_typed_as_a_character()
    {
        (ProcessExit exit, string shown) = await RunAsync(
            "cat; echo done", (terminal, gone) => terminal.WriteAsync("line\n"u8.ToArray(), gone).AsTask());
        Assert.Equal(0, exit.Code);
        Assert.EndsWith("line\r\ndone\r\n", shown);
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task Input_that_is_not_read_does_not_block_the_end()
    {
        byte[] much = new byte[1 << 20];
        (ProcessExit exit, _) = await RunAsync(
            "stty raw -echo; sleep 0.3; exit 2", (terminal, gone) => terminal.WriteAsync(much, gone).AsTask());
        Assert.Equal(2, exit.Code);
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public async Task Many_terminals_leave_no_descriptors_and_no_zombies()
    {
        int before = CountOpen();
        var tenAtOnce = new ParallelOptions { MaxDegreeOfParallelism = 10 };
        await Parallel.ForAsync(0, 100, tenAtOnce, async (_, _) => Assert.Equal(3, (await RunAsync("exit 3")).Exit.Code));
        // Other tests may have terminals open at the moment, but not a hundred.
        Assert.InRange(CountOpen() - before, -20, 20);
        // A process of another test that has just become a zombie is reaped in a moment.
        await Waiting.Until(() => !Directory.GetDirectories("/proc").Any(IsOwnZombie), "all zombies are reaped");
    }

    [Fact(SkipUnless = nameof(HasTerminals), Skip = "needs Linux: pseudo-terminals are started by posix_spawn")]
    public void Program_that_does_not_exist_throws()
    {
        var specification = new ProcessSpec
        {
            Program = "/no/such/program",
            WorkingDirectory = "/",
            Environment = new Dictionary<string, string>(),
        };
        var pipes = new ProcessPipes { Output = (_, _) => Task.CompletedTask, Error = (_, _) => Task.CompletedTask };
        Assert.Throws<ProcessStartException>(() => new TerminalLauncher(Size).Start(specification, pipes));
    }

    private static int CountOpen() => Directory.GetFileSystemEntries("/proc/self/fd").Count(
        entry => new FileInfo(entry).LinkTarget is { } target && target.Contains("ptmx", StringComparison.Ordinal));

    private static bool IsOwnZombie(string folder)
    {
        try
        {
            string[] fields = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
            return fields[0] == "Z" && int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture) == Environment.ProcessId;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<(ProcessExit Exit, string Shown)> RunAsync(
        string script, Func<Stream, CancellationToken, Task>? input = null, bool slowly = false)
    {
        using var shown = new MemoryStream();
        byte[] buffer = new byte[slowly ? 1000 : 65536];
        var drain = new PipeDrain(TimeSpan.FromMilliseconds(250), Room, count => shown.Write(buffer, 0, count));
        var pipes = new ProcessPipes { Input = input, Output = drain.ReadAllAsync, Error = (_, _) => Task.CompletedTask };
        var specification = new ProcessSpec
        {
            Program = "/bin/sh",
            Arguments = ["-c", script],
            WorkingDirectory = "/",
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
        };
        ProcessExit exit = await new TerminalLauncher(Size).Start(specification, pipes).Completion.Within();
        return (exit, Encoding.UTF8.GetString(shown.ToArray()));

        async ValueTask<Memory<byte>> Room()
        {
            if (slowly)
                await Task.Delay(1);
            return buffer;
        }
    }
}
