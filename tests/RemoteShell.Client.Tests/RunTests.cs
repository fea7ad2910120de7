using System.Security.Cryptography;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Tests;

/// <summary>The client library runs commands on the real server, over TLS.</summary>
public sealed class RunTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    [Theory]
    [InlineData("true", CommandOutcome.Exited, 0)]
    [InlineData("exit 1", CommandOutcome.Exited, 1)]
    [InlineData("exit 2", CommandOutcome.Exited, 2)]
    [InlineData("exit 126", CommandOutcome.Exited, 126)]
    [InlineData("exit 127", CommandOutcome.Exited, 127)]
    [InlineData("sleep 0.1; kill -KILL $$", CommandOutcome.Signaled, 137)]
    [InlineData("sleep 0.1; kill -TERM $$", CommandOutcome.Signaled, 143)]
    public async Task Command_reports_its_exact_outcome(string command, CommandOutcome outcome, int code)
    {
        CommandResult result = (await RunAsync(RemoteCommand.Shell(command))).Result;
        Assert.Equal((outcome, code), (result.Outcome, result.ExitCode));
    }

    [Fact]
    public async Task Command_that_cannot_start_reports_the_reason()
    {
        CommandResult missing = (await RunAsync(RemoteCommand.Exact("no-such-program-here"))).Result;
        Assert.Equal((CommandOutcome.NeverStarted, 127), (missing.Outcome, missing.ExitCode));
        CommandResult folder = (await RunAsync(RemoteCommand.Exact("/tmp"))).Result;
        Assert.Equal((CommandOutcome.NeverStarted, 126), (folder.Outcome, folder.ExitCode));
        CommandResult nowhere = (await RunAsync(RemoteCommand.Shell("true") with { WorkingDirectory = "/no/such" })).Result;
        Assert.Equal((CommandOutcome.NeverStarted, 126), (nowhere.Outcome, nowhere.ExitCode));
        Assert.Contains("/no/such", nowhere.Reason);
        CommandResult huge = (await RunAsync(RemoteCommand.Exact("echo", new string('x', 200_000)))).Result;
        Assert.Equal((CommandOutcome.NeverStarted, 126), (huge.Outcome, huge.ExitCode));
        RemoteCommand tooLarge = RemoteCommand.Exact("echo", new string('x', 1024 * 1024));
        Assert.Equal("bad-request", (await Assert.ThrowsAsync<RequestRefusedException>(() => RunAsync(tooLarge))).Code);
    }

    [Fact]
    public async Task Timeout_ends_the_command_with_an_outcome_of_its_own()
    {
        CommandResult result = (await RunAsync(RemoteCommand.Shell("sleep 300") with { Timeout = TimeSpan.FromMilliseconds(100) })).Result;
        Assert.Equal((CommandOutcome.TimedOut, 124), (result.Outcome, result.ExitCode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(5_000_003)]
    public async Task Streams_carry_any_size_at_the_same_time(int size)
    {
        byte[] sent = new byte[size];
        new Random(size).NextBytes(sent);
        using MemoryStream output = new(), error = new();
        await using RemoteShellClient client = await _server.ConnectAsync();
        var streams = new CommandStreams { Input = new MemoryStream(sent), Output = output, Error = error };
        RemoteCommand command = RemoteCommand.Shell("tee /dev/stderr") with { Digest = DigestAlgorithm.Sha256 };
        CommandResult result = await client.RunAsync(command, streams).Within();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(sent, output.ToArray());
        Assert.Equal(sent, error.ToArray());
        string digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(sent))}";
        Assert.Equal(new(size, digest), result.Streams[OutputStream.StandardOutput]);
        Assert.Equal(new(size, digest), result.Streams[OutputStream.StandardError]);
    }

    [Fact]
    public async Task Arguments_arrive_exactly_and_shell_lines_are_expanded()
    {
        string[] odd = ["two words", "it's", "$HOME", "*", "-x", "", "中文", "a\nb"];
        string expected = string.Concat(odd.Select(word => $"[{word}]\n"));
        Assert.Equal(expected, (await RunAsync(RemoteCommand.Exact(["printf", "[%s]\n", .. odd]))).Output);
        Assert.Equal("6\n", (await RunAsync(RemoteCommand.Shell("echo $((1+2+3))"))).Output);
    }

    [Fact]
    public async Task Environment_is_that_of_a_login_plus_the_request_without_server_variables()
    {
        Environment.SetEnvironmentVariable("RSH_TEST_SERVER_SECRET", "hush");
        RemoteCommand command = RemoteCommand.Exact("/usr/bin/env") with
        {
            Environment = new Dictionary<string, string> { ["ASKED"] = "for it" },
            Unset = ["LANG"],
        };
        BufferedResult result = await RunAsync(command);
        var variables = result.Output.Trim().Split('\n').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal("for it", variables["ASKED"]);
        Assert.Equal(result.Result.JobId, variables["RSH_JOB"]);
        Assert.Equal("127.0.0.1", variables["RSH_CLIENT"]);
        Assert.All(new[] { "HOME", "USER", "SHELL", "PATH" }, name => Assert.True(variables[name].Length > 0));
        Assert.DoesNotContain("LANG", variables.Keys);
        Assert.DoesNotContain(variables.Keys, name => name.StartsWith("RSH_TEST", StringComparison.Ordinal));
        Assert.DoesNotContain(variables.Keys, name => name.StartsWith("DOTNET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_contains_the_request_and_the_outcome_but_no_secrets()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        RemoteCommand command = RemoteCommand.Shell("cat >/dev/null").WithJobId(JobId.New()) with
        {
            Environment = new Dictionary<string, string> { ["TOKEN"] = "s3cret-value" },
        };
        await client.RunAsync(command, new() { Input = new MemoryStream("s3cret-input"u8.ToArray()) }).Within();
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("ended", StringComparison.Ordinal)), "the end is logged");
        string all = string.Join('\n', _server.Events.Select(e => e.Message + string.Join(' ', e.Properties)));
        Assert.DoesNotContain("s3cret", all);
        string fingerprint = _server.Identity.PublicKey.Fingerprint;
        string[] expected = [command.JobId!, "cat >/dev/null", fingerprint, "exited", "127.0.0.1:", "bytes", "Duration"];
        Assert.All(expected, text => Assert.Contains(text, all));
    }

    [Fact]
    public async Task Result_names_streams_that_a_background_process_holds_open_without_waiting()
    {
        string file = Path.Combine(_server.Folder, "pid");
        BufferedResult result = await RunAsync(RemoteCommand.Shell($"sleep 300 & echo $! > {file}; echo done"));
        Assert.Equal("done\n", result.Output);
        Assert.Equal([OutputStream.StandardOutput, OutputStream.StandardError], result.Result.Held);
        await RunAsync(RemoteCommand.Shell($"kill $(cat {file})"));
    }

    [Fact]
    public async Task Signal_reaches_the_command()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        using var output = new MemoryStream();
        RemoteCommand command = RemoteCommand.Shell("trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.02; done");
        RemoteJob job = await client.StartAsync(command, new() { Output = output }).Within();
        await Waiting.Until(() => output.Length > 0, "the trap is set");
        job.Signal("INT");
        Assert.Equal(5, (await job.Completion.Within()).ExitCode);
        Assert.Equal("ready\ncaught\n"u8.ToArray(), output.ToArray());
    }

    [Fact]
    public async Task Cancellation_ends_the_command()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        RemoteJob job = await client.StartAsync(RemoteCommand.Shell("sleep 300"), new(), giveUp.Token).Within();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Completion.Within());
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("killed", StringComparison.Ordinal)), "the command was ended");
        Assert.Equal("on\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo on")).Within()).Output);
    }

    [Fact]
    public async Task Failed_output_stream_ends_the_command()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        var output = new FaultyStream(new MemoryStream(), new() { CutAfterWritten = 100_000 });
        RemoteJob job = await client.StartAsync(RemoteCommand.Shell("yes"), new() { Output = output }).Within();
        await Assert.ThrowsAsync<IOException>(() => job.Completion.Within());
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("killed", StringComparison.Ordinal)), "the command was ended");
    }

    [Fact]
    public async Task Many_commands_run_at_once_on_one_connection()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        IEnumerable<RemoteCommand> commands = Enumerable.Range(0, 60).Select(i => RemoteCommand.Shell($"seq {i * 100}; exit {i}"));
        BufferedResult[] results = await Task.WhenAll(commands.Select(command => client.RunBufferedAsync(command))).Within();
        for (int i = 0; i < results.Length; i++)
        {
            Assert.Equal(i, results[i].Result.ExitCode);
            Assert.Equal(string.Concat(Enumerable.Range(1, i * 100).Select(n => $"{n}\n")), results[i].Output);
        }
    }

    [Fact]
    public async Task Builtins_run_by_name()
    {
        Assert.Equal("468\n", (await RunAsync(RemoteCommand.Builtin("calc", "123+345"))).Output);
        BufferedResult wrong = await RunAsync(RemoteCommand.Builtin("calc", "1+"));
        Assert.Equal((2, "calc: a number is missing at position 3\n"), (wrong.Result.ExitCode, wrong.Error));
        Assert.Equal((CommandOutcome.NeverStarted, 127), ((await RunAsync(RemoteCommand.Builtin("nosuch"))).Result.Outcome, 127));
    }

    [Fact]
    public async Task Builtin_with_a_result_that_is_always_the_same_leaves_no_job()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        BufferedResult sum = await client.RunBufferedAsync(RemoteCommand.Builtin("calc", "1+1")).Within();
        BufferedResult time = await client.RunBufferedAsync(RemoteCommand.Builtin("time")).Within();
        Assert.Equal(("2\n", 0), (sum.Output, time.Result.ExitCode));
        Assert.Equal(["time"], (await client.ListJobsAsync(JobFilter.All).Within()).Select(job => job.Command));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8 * 1024)]
    [InlineData(9 * 1024)]
    [InlineData(100_000)]
    public async Task Builtin_with_output_of_any_length_arrives_whole(int length)
    {
        string text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        Assert.Equal($"{text.ToUpperInvariant()}\n", (await RunAsync(RemoteCommand.Builtin("upper", text))).Output);
    }

    [Fact]
    public async Task Timeout_after_the_end_does_not_change_the_outcome()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        var gate = new TaskCompletionSource();
        RemoteCommand command = RemoteCommand.Shell("head -c 2000000 /dev/zero") with { Timeout = TimeSpan.FromSeconds(1) };
        RemoteJob job = await client.StartAsync(command, new() { Output = new GatedSink(gate.Task) }).Within();
        await Task.Delay(TimeSpan.FromSeconds(2));
        gate.SetResult();
        CommandResult result = await job.Completion.Within();
        Assert.Equal((CommandOutcome.Exited, 0), (result.Outcome, result.ExitCode));
        Assert.Equal(2_000_000, result.Streams[OutputStream.StandardOutput].Bytes);
    }

    [Fact]
    public async Task Command_cannot_forge_lines_in_the_log()
    {
        await RunAsync(RemoteCommand.Shell("true # \n00:00:00 INF forged \u001b[2J"));
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("ended", StringComparison.Ordinal)), "the end is logged");
        Assert.DoesNotContain(_server.Log, line => line.Any(char.IsControl));
    }

    [Fact]
    public async Task Slow_reader_blocks_the_command()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        var gate = new TaskCompletionSource();
        string file = Path.Combine(_server.Folder, "progress");
        RemoteCommand command = RemoteCommand.Shell($"head -c 100000000 /dev/zero; touch {file}");
        RemoteJob job = await client.StartAsync(command, new() { Output = new GatedSink(gate.Task) }).Within();
        // The window, the log and the pipe hold a few mebibytes. The command cannot write the rest yet.
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        Assert.False(File.Exists(file));
        gate.SetResult();
        Assert.Equal(100_000_000, (await job.Completion.Within()).Streams[OutputStream.StandardOutput].Bytes);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<BufferedResult> RunAsync(RemoteCommand command)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        return await client.RunBufferedAsync(command).Within();
    }

    private sealed class GatedSink(Task gate) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            => await gate.WaitAsync(cancellationToken);
    }
}
