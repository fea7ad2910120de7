using System.Text;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Tests.Processes;

/// <summary>What the room promises of every launcher.</summary>
public abstract class LauncherContractTests
{
    private static readonly string[] Odd = ["two words", "it's", "\"quoted\"", "$HOME", "*", "\\", "-x", "", "line\nline", "中文", "{a,b}"];

    // A process must live until it can be looked at; one that does not is never taken for signalled.
    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 1", 1, null)]
    [InlineData("exit 2", 2, null)]
    [InlineData("exit 126", 126, null)]
    [InlineData("exit 255", 255, null)]
    [InlineData("sleep 0.1; kill -KILL $$", 137, 9)]
    [InlineData("sleep 0.1; kill -TERM $$", 143, 15)]
    [InlineData("sleep 0.1; kill -SEGV $$", 139, 11)]
    public async Task How_a_process_ended_is_known(string script, int code, int? signal)
    {
        (ProcessExit exit, _, _) = await RunAsync(script);
        Assert.Equal(code, exit.Code);
        Assert.Equal(signal, exit.Signal);
    }

    [Fact]
    public async Task An_exit_status_above_128_is_no_signal()
    {
        if (!OperatingSystem.IsLinux())
            return;
        (ProcessExit exit, _, _) = await RunAsync("sleep 0.2; exit 137");
        Assert.Equal(137, exit.Code);
        Assert.Null(exit.Signal);
    }

    [Fact]
    public async Task Output_and_error_are_kept_apart_and_whole_at_every_size()
    {
        foreach (int size in new[] { 0, 1, 65_535, 65_536, 65_537, 3_000_001 })
        {
            (_, byte[] output, byte[] error) = await RunAsync($"head -c {size} /dev/zero | tr '\\0' o; head -c {size} /dev/zero | tr '\\0' e >&2");
            Assert.Equal(size, output.Length);
            Assert.Equal(size, error.Length);
            Assert.DoesNotContain((byte)'e', output);
            Assert.DoesNotContain((byte)'o', error);
        }
    }

    [Fact]
    public async Task Both_streams_flow_at_once()
    {
        (_, byte[] output, byte[] error) = await RunAsync("(head -c 5000000 /dev/zero) & (head -c 5000000 /dev/zero >&2); wait");
        Assert.Equal((5_000_000, 5_000_000), (output.Length, error.Length));
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        (_, byte[] output, _) = await RunAsync(new() { Program = "/usr/bin/printf", Arguments = ["%s\\0", .. Odd], WorkingDirectory = "/", Environment = new Dictionary<string, string>() }, null);
        Assert.Equal(Odd, Encoding.UTF8.GetString(output).Split('\0')[..^1]);
    }

    [Fact]
    public async Task The_environment_is_the_one_given_and_nothing_of_the_servers()
    {
        Environment.SetEnvironmentVariable("RSH_TEST_SECRET", "hush");
        var given = new Dictionary<string, string> { ["A"] = "1", ["ODD"] = "two words\nand a line = x" };
        (_, byte[] output, _) = await RunAsync(new() { Program = "/usr/bin/env", Arguments = ["-0"], WorkingDirectory = "/", Environment = given }, null);
        Assert.Equal(given.Select(pair => $"{pair.Key}={pair.Value}").Order(), Encoding.UTF8.GetString(output).Split('\0')[..^1].Order());
    }

    [Fact]
    public async Task The_working_directory_is_the_one_given()
    {
        using var folder = new TemporaryFolder();
        (_, byte[] output, _) = await RunAsync(Shell("pwd -P") with { WorkingDirectory = folder.Path }, null);
        Assert.Equal(folder.Path, Encoding.UTF8.GetString(output).Trim());
    }

    [Fact]
    public async Task The_process_leads_a_session_and_a_group_of_its_own()
    {
        if (!OperatingSystem.IsLinux())
            return;
        int pid = 0;
        (_, byte[] output, _) = await RunAsync(Shell("cut -d' ' -f5,6 /proc/self/stat"), null, started => pid = started);
        Assert.Equal($"{pid} {pid}", Encoding.UTF8.GetString(output).Trim());
    }

    [Fact]
    public async Task Input_arrives_whole_and_ends()
    {
        byte[] sent = new byte[3_000_001];
        new Random(1).NextBytes(sent);
        (ProcessExit exit, byte[] output, _) = await RunAsync(Shell("cat"), (pipe, gone) => pipe.WriteAsync(sent, gone).AsTask());
        Assert.Equal(0, exit.Code);
        Assert.Equal(sent, output);
    }

    [Fact]
    public async Task Without_input_a_process_reads_an_empty_one()
    {
        (_, byte[] output, _) = await RunAsync("cat; echo end");
        Assert.Equal("end\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Input_that_nobody_reads_hinders_nothing()
    {
        (ProcessExit exit, byte[] output, _) = await RunAsync(Shell("head -c 3"), async (pipe, gone) =>
        {
            while (true)
                await pipe.WriteAsync(new byte[65536], gone);
        });
        Assert.Equal((0, 3), (exit.Code, output.Length));
    }

    [Fact]
    public async Task A_grandchild_that_holds_the_pipes_is_not_waited_for()
    {
        using var held = new Held();
        (ProcessExit exit, byte[] output, _) = await RunAsync(Shell($"sleep 300 & echo $! > {held.PidFile}; echo done"), null);
        Assert.Equal(0, exit.Code);
        Assert.Equal("done\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task What_was_written_before_the_end_is_read_however_late_the_reader_comes()
    {
        using var held = new Held();
        using var output = new MemoryStream();
        var go = new TaskCompletionSource();
        int pid = 0;
        PipeDrain drain = Drain(output, go.Task);
        var pipes = new ProcessPipes { Output = drain.ReadAllAsync, Error = Drain(Stream.Null).ReadAllAsync };
        Task<ProcessExit> running = Launcher.RunAsync(Shell($"sleep 300 & echo $! > {held.PidFile}; head -c 60000 /dev/zero"), pipes, new(led => pid = led, () => { }));
        await Waiting.Until(() => pid != 0 && !File.Exists($"/proc/{pid}/exe"), "the process is gone");
        go.SetResult();
        await running.Within();
        Assert.Equal(60_000, output.Length);
        Assert.True(drain.WasHeld);
    }

    [Fact]
    public async Task A_left_behind_process_that_writes_on_is_not_waited_for()
    {
        using var held = new Held();
        (ProcessExit exit, byte[] output, _) = await RunAsync($"(echo $$ > /dev/null; while :; do echo more; sleep 0.02; done) & echo $! > {held.PidFile}; echo done");
        Assert.Equal(0, exit.Code);
        Assert.Contains("done\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task A_writer_whose_reader_has_gone_ends_by_the_signal_for_that()
    {
        (ProcessExit exit, byte[] output, byte[] error) = await RunAsync("yes | head -1");
        Assert.Equal((0, "y\n", ""), (exit.Code, Encoding.UTF8.GetString(output), Encoding.UTF8.GetString(error)));
        (_, byte[] ignored, _) = await RunAsync("cat /proc/self/status | grep SigIgn");
        Assert.Equal("SigIgn:\t0000000000000000\n", Encoding.UTF8.GetString(ignored));
    }

    [Fact]
    public async Task A_process_inherits_no_file_of_the_servers()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await RunAsync("true");
        (_, byte[] output, _) = await RunAsync("ls -l /proc/self/fd");
        // Whatever the test's own host leaves open is not the server's.
        Assert.DoesNotContain("eventpoll", Encoding.UTF8.GetString(output));
        Assert.DoesNotContain("pidfd", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_said_to_be_one_and_nothing_ran()
    {
        var failure = await Assert.ThrowsAsync<ProcessStartException>(() => RunAsync(Shell("true") with { Arguments = [new string('x', 1024 * 1024)] }, null));
        Assert.Equal(126, failure.Code);
    }

    [Fact]
    public async Task Hundreds_at_once_all_end_as_they_should()
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
        ProcessExit exit = await Launcher.RunAsync(specification, pipes, new(started ?? (_ => { }), () => { })).Within();
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

    // Ends what a test left behind on purpose.
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
