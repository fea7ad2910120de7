using System.Security.Cryptography;
using System.Text;

namespace RemoteShell.Client.Tests.Resuming;

/// <summary>
/// P2, P3 and P5: for any number of cuts at any offsets, all bytes arrive once, the command runs once and has one outcome.
/// </summary>
public class CutTests
{
    private const string Input = "some input\nof two lines\n";

    [Fact]
    public Task Cut_at_any_offset_of_the_sent_bytes_changes_nothing()
        => CutEverywhereAsync(offset => new Faults { CutAfterWritten = offset }, measure: stream => stream.BytesWritten);

    [Fact]
    public Task Cut_at_any_offset_of_the_received_bytes_changes_nothing()
        => CutEverywhereAsync(offset => new Faults { CutAfterRead = offset }, measure: stream => stream.BytesRead);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Large_exchange_loses_and_repeats_nothing_over_many_cuts(int seed)
    {
        await using var server = new PlainServer();
        byte[] sent = new byte[16 << 20], received = new byte[32 << 20];
        new Random(seed).NextBytes(sent);
        new Random(seed + 1).NextBytes(received);
        await File.WriteAllBytesAsync(server["data"], received);
        var random = new Random(seed + 2);
        await using RemoteShellClient client = await server.ConnectAsync(dialled => dialled >= 25
            ? null
            : random.Next(2) == 0 ? new() { CutAfterRead = random.Next(1, 6 << 20) } : new() { CutAfterWritten = random.Next(1, 3 << 20) });
        using var output = new HashingStream();
        using var error = new HashingStream();
        string copying = $"cat {server["data"]} & cat {server["data"]} >&2 & cat > {server["in"]}";
        RemoteCommand command = RemoteCommand.Shell($"{copying}; wait; echo once >> {server["times"]}; exit 5") with
        {
            Digest = DigestAlgorithm.Sha256,
        };
        var streams = new CommandStreams { Output = output, Error = error, Input = new MemoryStream(sent) };
        CommandResult result = await client.RunAsync(command, streams).Within(TimeSpan.FromSeconds(60));
        string expected = Convert.ToHexStringLower(SHA256.HashData(received));
        Assert.Equal((CommandOutcome.Exited, 5), (result.Outcome, result.ExitCode));
        Assert.Equal((expected, expected), (output.Hash, error.Hash));
        Assert.Equal($"sha256:{expected}", result.Streams[OutputStream.StandardOutput].Digest);
        Assert.Equal($"sha256:{expected}", result.Streams[OutputStream.StandardError].Digest);
        Assert.Equal(sent, await File.ReadAllBytesAsync(server["in"]));
        Assert.Equal("once\n", await File.ReadAllTextAsync(server["times"]));
    }

    [Fact]
    public async Task Detached_job_starts_once_when_the_connection_is_cut()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        await using var server = new PlainServer();
        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, token) =>
        {
            // The cuts hit the hello, the request and its answer, in both directions.
            var cut = i < 30 ? new Faults { CutAfterWritten = i * 17 } : new Faults { CutAfterRead = (i - 30) * 8 };
            await using RemoteShellClient client = await server.ConnectAsync(dialled => dialled > 0 ? null : cut);
            string job = await client.DetachAsync(RemoteCommand.Shell($"echo once >> {server[$"times-{i}"]}; exit 4"), token).Within();
            Assert.Equal(4, (await client.WaitAsync(job, token).Within()).ExitCode);
            Assert.Equal("once\n", await File.ReadAllTextAsync(server[$"times-{i}"], token));
        });
        Assert.Equal(60, server.Jobs.All.Count());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Attached_client_and_log_reader_continue_after_cuts(int seed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds detached jobs again in /proc");
        await using var server = new PlainServer();
        byte[] written = new byte[8 << 20];
        new Random(seed).NextBytes(written);
        await File.WriteAllBytesAsync(server["data"], written);
        var random = new Random(seed + 1);
        await using RemoteShellClient client = await server.ConnectAsync(dialled => dialled >= 20
            ? null
            : new() { CutAfterRead = random.Next(1, 2 << 20), CutAfterWritten = random.Next(1, 20_000) });
        string waiting = $"while ! [ -e {server["go"]} ]; do sleep 0.02; done";
        string job = await client.DetachAsync(RemoteCommand.Shell($"{waiting}; cat {server["data"]}; cat {server["data"]} >&2; exit 4"));
        using MemoryStream output = new(), error = new(), middle = new();
        var start = new Dictionary<OutputStream, long> { [OutputStream.StandardOutput] = 0, [OutputStream.StandardError] = 0 };
        RemoteJob all = await client.AttachAsync(job, start, new() { Output = output, Error = error }).Within();
        await File.WriteAllTextAsync(server["go"], "");
        CommandResult result = await all.Completion.Within();
        Assert.Equal(4, result.ExitCode);
        Assert.Equal(written, output.ToArray());
        Assert.Equal(written, error.ToArray());
        var selection = new LogSelection { Stream = OutputStream.StandardOutput, From = 1_000_000, Length = 5_000_000 };
        var read = await client.ReadLogsAsync(job, selection, new() { Output = middle }).Within();
        Assert.Equal(written[1_000_000..6_000_000], middle.ToArray());
        Assert.Equal((1_000_000, 6_000_000), (read[OutputStream.StandardOutput].From, read[OutputStream.StandardOutput].To));
        Assert.Equal(4, (await client.WaitAsync(job).Within()).ExitCode);
        Assert.Equal(job, Assert.Single(await client.ListJobsAsync().Within()).Id);
    }

    private static async Task CutEverywhereAsync(Func<long, Faults> cut, Func<FaultyStream, long> measure)
    {
        await using var server = new PlainServer();
        // The first run has no cut. It gives the number of bytes to cut and the expected result.
        FaultyStream? whole = null;
        (CommandResult expected, string output, string error, string _) = await RunAsync(
            server, "uncut", _ => Task.FromResult<Stream>(whole = new FaultyStream(server.Connect(null), new())));
        long length = measure(whole!);
        Assert.InRange(length, 500, 10_000);
        Assert.Equal($"out\n{Input}", output);

        int reconnected = 0;
        await Parallel.ForAsync(0, length + 1, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (offset, _) =>
        {
            int dialled = 0;
            // Only the goodbye follows the result.
            (CommandResult result, string cutOutput, string cutError, string times) = await RunAsync(
                server, $"{offset}", _ => Task.FromResult(server.Connect(Interlocked.Increment(ref dialled) == 1 ? cut(offset) : null)));
            Assert.Equal((offset, output, error, "once\n"), (offset, cutOutput, cutError, times));
            Assert.Equal((expected.Outcome, expected.ExitCode), (result.Outcome, result.ExitCode));
            Assert.Equal(expected.Streams, result.Streams);
            Interlocked.Add(ref reconnected, dialled - 1);
        });
        // The number of bytes to cut depends on how the output is split into frames.
        Assert.InRange(reconnected, length * 6 / 10, length + 1);
    }

    private static async Task<(CommandResult Result, string Output, string Error, string Times)> RunAsync(
        PlainServer server, string name, Func<CancellationToken, Task<Stream>> dial)
    {
        var options = new ClientOptions { Host = new("memory", 1), GiveUp = TimeSpan.FromSeconds(15) };
        await using RemoteShellClient client = await RemoteShellClient.OverAsync(options, dial);
        using MemoryStream output = new(), error = new();
        RemoteCommand command = RemoteCommand.Shell($"echo out; echo err >&2; cat; echo once >> {server[$"times-{name}"]}; exit 3");
        var streams = new CommandStreams { Output = output, Error = error, Input = new MemoryStream(Encoding.UTF8.GetBytes(Input)) };
        CommandResult result = await client.RunAsync(command, streams).Within();
        string times = await File.ReadAllTextAsync(server[$"times-{name}"]);
        return (result, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()), times);
    }

    private sealed class HashingStream : TestStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _hash.AppendData(buffer.Span);
            return ValueTask.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
