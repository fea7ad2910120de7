using System.Text;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>The contract of all launchers.</summary>
public abstract class LauncherContractTests
{
    private static readonly string[] Odd =
        ["two words", "it's", "\"quoted\"", "$HOME", "*", "\\", "-x", "", "line\nline", "中文", "{a,b}"];

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 1", 1, null)]
    [InlineData("exit 2", 2, null)]
    [InlineData("exit 126", 126, null)]
    [InlineData("exit 255", 255, null)]
    [InlineData("kill -KILL $$", 137, 9)]
    [InlineData("kill -TERM $$", 143, 15)]
    [InlineData("kill -SEGV $$", 139, 11)]
    public async Task Exit_status_and_signal_of_a_process_are_known(string script, int code, int? signal)
    {
        (ProcessExit exit, _, _) = await RunAsync(script);
        Assert.Equal(code, exit.Code);
        Assert.Equal(signal, exit.Signal);
    }

    [Fact]
    public async Task Exit_status_above_128_is_not_reported_as_a_signal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads /proc");
        (ProcessExit exit, _, _) = await RunAsync("sleep 0.2; exit 137");
        Assert.Equal(137, exit.Code);
        Assert.Null(exit.Signal);
    }

    [Fact]
    public async Task Output_and_error_arrive_separate_and_complete_at_every_size()
    {
        foreach (int size in new[] { 0, 1, 65_535, 65_536, 65_537, 3_000_001 })
        {
            string script = $"head -c {size} /dev/zero | tr '\\0' o; head -c {size} /dev/zero | tr '\\0' e >&2";
            (_, byte[] output, byte[] error) = await RunAsync(script);
            Assert.Equal(size, output.Length);
            Assert.Equal(size, error.Length);
            Assert.DoesNotContain((byte)'e', output);
            Assert.DoesNotContain((byte)'o', error);
        }
    }

    [Fact]
    public async Task Output_and_error_flow_at_the_same_time()
    {
        (_, byte[] output, byte[] error) = await RunAsync("(head -c 5000000 /dev/zero) & (head -c 5000000 /dev/zero >&2); wait");
        Assert.Equal((5_000_000, 5_000_000), (output.Length, error.Length));
    }

    [Fact]
    public async Task Arguments_arrive_unchanged()
    {
        var printf = new ProcessSpec
        {
            Program = "/usr/bin/printf",
            Arguments = ["%s\\0", .. Odd],
            WorkingDirectory = "/",
            Environment = new Dictionary<string, string>(),
        };
        (_, byte[] output, _) = await RunAsync(printf, null);
        Assert.Equal(Odd, Encoding.UTF8.GetString(output).Split('\0')[..^1]);
    }

    [Fact]
    public async Task Process_gets_only_the_environment_of_its_specification()
    {
        Environment.SetEnvironmentVariable("RSH_TEST_SECRET", "hush");
        var given = new Dictionary<string, string> { ["A"] = "1", ["ODD"] = "two words\nand a line = x" };
        var env = new ProcessSpec { Program = "/usr/bin/env", Arguments = ["-0"], WorkingDirectory = "/", Environment = given };
        (_, byte[] output, _) = await RunAsync(env, null);
        Assert.Equal(given.Select(pair => $"{pair.Key}={pair.Value}").Order(), Encoding.UTF8.GetString(output).Split('\0')[..^1].Order());
    }

    [Fact]
    public async Task Process_starts_in_the_working_directory_of_its_specification()
    {
        using var folder = new TemporaryFolder();
        (_, byte[] output, _) = await RunAsync(Shell("pwd -P") with { WorkingDirectory = folder.Path }, null);
        Assert.Equal(folder.Path, Encoding.UTF8.GetString(output).Trim());
    }

    [Fact]
    public async Task Process_leads_a_session_and_a_group_of_its_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads /proc");
        int pid = 0;
        (_, byte[] output, _) = await RunAsync(Shell("cut -d' ' -f5,6 /proc/self/stat"), null, started => pid = started);
        Assert.Equal($"{pid} {pid}", Encoding.UTF8.GetString(output).Trim());
    }

    [Fact]
    public async Task Input_arrives_complete_and_ends()
    {
        byte[] sent = new byte[3_000_001];
        new Random(1).NextBytes(sent);
        (ProcessExit exit, byte[] output, _) = await RunAsync(Shell("cat"), (pipe, gone) => pipe.WriteAsync(sent, gone).AsTask());
        Assert.Equal(0, exit.Code);
        Assert.Equal(sent, output);
    }

    [Fact]
    public async Task Process_without_input_reads_an_empty_input()
    {
        (_, byte[] output, _) = await RunAsync("cat; echo end");
        Assert.Equal("end\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Input_that_is_not_read_does_not_block_the_end()
    {
        (ProcessExit exit, byte[] output, _) = await RunAsync(Shell("head -c 3"), async (pipe, gone) =>
        {
            while (true)
                await pipe.WriteAsync(new byte[65536], gone);
        });
        Assert.Equal((0, 3), (exit.Code, output.Length));
    }

    [Fact]
    public async Task Launcher_does_not_wait_for_a_grandchild_that_holds_the_pipes()
    {
        using var held = new Held();
        (ProcessExit exit, byte[] output, _) = await RunAsync(Shell($"sleep 300 & echo $! > {held.PidFile}; echo done"), null);
        Assert.Equal(0, exit.Code);
        Assert.Equal("done\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Output_written_before_the_exit_is_read_by_a_late_reader()
    {
        using var held = new Held();
        using var output = new MemoryStream();
        var go = new TaskCompletionSource();
        PipeDrain drain = Drain(output, go.Task);
        var pipes = new ProcessPipes { Output = drain.ReadAllAsync, Error = Drain(Stream.Null).ReadAllAsync };
        ProcessRun run = Launcher.Start(Shell($"sleep 300 & echo $! > {held.PidFile}; head -c 60000 /dev/zero"), pipes);
        int pid = await run.Group.Within();
        await Waiting.Until(() => !File.Exists($"/proc/{pid}/exe"), "the process is gone");
        go.SetResult();
        await run.Completion.Within();
        Assert.Equal(60_000, output.Length);
        Assert.True(drain.WasHeld);
    }

    [Fact]
    public async Task Launcher_does_not_wait_for_a_grandchild_that_writes_on()
    {
        using var held = new Held();
        (ProcessExit exit, byte[] output, _) = await RunAsync(
            $"(echo $$ > /dev/null; while :; do echo more; sleep 0.02; done) & echo $! > {held.PidFile}; echo done");
        Assert.Equal(0, exit.Code);
        Assert.Contains("done\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Process_gets_SIGPIPE_when_its_reader_is_gone()
    {
        (ProcessExit exit, byte[] output, byte[] error) = await RunAsync("yes | head -1");
        Assert.Equal((0, "y\n", ""), (exit.Code, Encoding.UTF8.GetString(output), Encoding.UTF8.GetString(error)));
        (_, byte[] ignored, _) = await RunAsync("cat /proc/self/status | grep SigIgn");
        Assert.Equal("SigIgn:\t0000000000000000\n", Encoding.UTF8.GetString(ignored));
    }

    [Fact]
    public async Task Process_does_not_inherit_descriptors_of_the_server()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: reads /proc");
        await RunAsync("true");
        (_, byte[] output, _) = await RunAsync("ls -l /proc/self/fd");
        // The test host may leave other descriptors open.
        Assert.DoesNotContain("eventpoll", Encoding.UTF8.GetString(output));
        Assert.DoesNotContain("pidfd", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Program_that_cannot_be_started_throws_with_status_126()
    {
        ProcessSpec tooLong = Shell("true") with { Arguments = [new string('x', 1024 * 1024)] };
        var failure = await Assert.ThrowsAsync<ProcessStartException>(() => RunAsync(tooLong, null));
        Assert.Equal(126, failure.Code);
    }

    [Fact]
    public async Task Hundreds_of_processes_at_once_report_their_own_status()
    {
        ProcessExit[] exits = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => (await RunAsync($"exit {i}")).Exit));
        Assert.Equal(Enumerable.Range(0, 200), exits.Select(exit => exit.Code));
    }

    private static ProcessSpec Shell(string script) => new()
    {
        Program = "/bin/sh",
        Arguments = ["-c", script],
        WorkingDirectory = "/",
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
    };

    private protected abstract IProcessLauncher Launcher { get; }

    private Task<(ProcessExit Exit, byte[] Output, byte[] Error)> RunAsync(string script) => RunAsync(Shell(script), null);

    private async Task<(ProcessExit Exit, byte[] Output, byte[] Error)> RunAsync(
        ProcessSpec specification, Func<Stream, CancellationToken, Task>? input, Action<int>? started = null)
    {
        using MemoryStream output = new(), error = new();
        var pipes = new ProcessPipes { Input = input, Output = Drain(output).ReadAllAsync, Error = Drain(error).ReadAllAsync };
        ProcessRun run = Launcher.Start(specification, pipes);
        started?.Invoke(await run.Group.Within());
        ProcessExit exit = await run.Completion.Within();
        Assert.True(run.Exited.IsCompletedSuccessfully);
        return (exit, output.ToArray(), error.ToArray());
    }

    private static PipeDrain Drain(Stream target, Task? go = null)
    {
        byte[] buffer = new byte[65536];
        return new(TimeSpan.FromMilliseconds(250), Room, count => target.Write(buffer, 0, count));

        async ValueTask<Memory<byte>> Room()
        {
            await (go ?? Task.CompletedTask);
            return buffer;
        }
    }

    // Kills the process that a test left behind on purpose.
    private sealed class Held : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public string PidFile => _folder["pid"];

        public void Dispose()
        {
            using (var process = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(PidFile))))
                process.Kill();
            _folder.Dispose();
        }
    }
}
