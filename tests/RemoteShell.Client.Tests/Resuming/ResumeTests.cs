using System.Security.Cryptography;
using System.Text;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Tests.Resuming;

/// <summary>A client is killed, and another process resumes its command: started once, collected once, and verified as a whole.</summary>
public class ResumeTests
{
    [Theory]
    [InlineData(1, DigestAlgorithm.Crc32C)]
    [InlineData(2, DigestAlgorithm.Sha256)]
    [InlineData(3, DigestAlgorithm.Crc32C)]
    [InlineData(4, DigestAlgorithm.Sha256)]
    [InlineData(5, DigestAlgorithm.Crc32C)]
    [InlineData(6, DigestAlgorithm.Sha256)]
    public async Task Command_continues_at_its_byte_after_any_number_of_killed_clients(int seed, DigestAlgorithm algorithm)
    {
        await using var server = new PlainServer();
        var random = new Random(seed);
        byte[] sent = new byte[2 << 20], written = new byte[4 << 20];
        random.NextBytes(sent);
        random.NextBytes(written);
        await File.WriteAllBytesAsync(server["data"], written);
        string copying = $"cat {server["data"]} & cat {server["data"]} >&2 & cat > {server["in"]}";
        RemoteCommand command = Resumable($"{copying}; wait; echo once >> {server["times"]}; exit 5").WithDigest(algorithm);
        using MemoryStream output = new(), error = new();
        CommandResult? result = null;
        int killed = 0;
        while (result is null)
        {
            // From the hello on, in either direction.
            Faults cut = killed++ >= 8
                ? new()
                : random.Next(2) == 0
                    ? new() { CutAfterRead = random.Next(1, 1 << random.Next(5, 23)) }
                    : new() { CutAfterWritten = random.Next(1, 1 << random.Next(5, 21)) };
            await using LostClient client = await LostClient.ConnectAsync(server, cut);
            var point = new ResumePoint
            {
                Age = TimeSpan.FromSeconds(30),
                Output = new MemoryStream(output.ToArray()),
                Error = new MemoryStream(error.ToArray()),
            };
            result = await client.ResumeAsync(
                command, point, new() { Output = output, Error = error, Input = new MemoryStream(sent) });
        }

        Assert.Equal((CommandOutcome.Exited, 5), (result.Outcome, result.ExitCode));
        Assert.Equal(written, output.ToArray());
        Assert.Equal(written, error.ToArray());
        Assert.Equal(sent, await File.ReadAllBytesAsync(server["in"]));
        Assert.Equal(written.Length, result.Streams[OutputStream.StandardOutput].Bytes);
        if (algorithm == DigestAlgorithm.Sha256)
            Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(written))}", result.Streams[OutputStream.StandardError].Digest);
        Assert.Equal("once\n", await File.ReadAllTextAsync(server["times"]));
    }

    [Fact]
    public async Task Ended_command_is_collected_and_not_repeated()
    {
        await using var server = new PlainServer();
        RemoteCommand command = Resumable($"echo once >> {server["times"]}; echo out; echo err >&2; exit 3");
        await using (LostClient lost = await LostClient.ConnectAsync(server, new() { CutAfterRead = 10 }))
            Assert.Null(await lost.ResumeAsync(command, Point(), new()));
        await Waiting.Until(() => server.Jobs.All.All(job => job.Completion.IsCompleted), "the command has ended");
        (CommandResult result, string output, string error) = await CollectAsync(server, command, Point());
        Assert.Equal((3, "out\n", "err\n"), (result.ExitCode, output, error));
        Assert.Equal("once\n", await File.ReadAllTextAsync(server["times"]));
    }

    [Fact]
    public async Task Command_that_the_server_never_got_starts_once()
    {
        await using var server = new PlainServer();
        RemoteCommand command = Resumable($"echo once >> {server["times"]}; echo out");
        (CommandResult first, string output, _) = await CollectAsync(server, command, Point());
        Assert.Equal((0, "out\n"), (first.ExitCode, output));
        (CommandResult again, output, _) = await CollectAsync(server, command, Point());
        Assert.Equal((0, "out\n"), (again.ExitCode, output));
        Assert.Equal("once\n", await File.ReadAllTextAsync(server["times"]));
    }

    [Fact]
    public async Task Received_bytes_that_are_not_those_of_the_command_do_not_verify()
    {
        await using var server = new PlainServer();
        RemoteCommand command = Resumable("echo out");
        await CollectAsync(server, command, Point());
        ResumePoint point = Point() with { Output = new MemoryStream("ou_"u8.ToArray()) };
        await Assert.ThrowsAsync<UnverifiedOutputException>(() => CollectAsync(server, command, point));
        point = Point() with { Output = new MemoryStream("out\nmore"u8.ToArray()) };
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => CollectAsync(server, command, point));
        Assert.Equal("gone", refused.Code);
    }

    [Fact]
    public async Task Input_that_is_shorter_than_what_was_sent_is_not_taken_for_the_whole()
    {
        await using var server = new PlainServer();
        RemoteCommand command = Resumable("cat; sleep 60");
        await using (LostClient lost = await LostClient.ConnectAsync(server, new()))
        {
            using var output = new MemoryStream();
            await lost.StartAsync(command, new() { Output = output, Input = new StalledInput("abc"u8.ToArray()) });
            await Waiting.Until(() => output.Length == 3, "the command has read the input");
        }

        await using RemoteShellClient client = await server.ConnectAsync(_ => null);
        using var shorter = new MemoryStream("ab"u8.ToArray());
        // It may be found before the client learns that the command was accepted, or after.
        var failure = await Assert.ThrowsAsync<UnverifiedOutputException>(async () =>
        {
            RemoteJob job = await client.ResumeAsync(command, Point(), new() { Input = shorter }).Within();
            await job.Completion.Within();
        });
        Assert.Contains("only 2 bytes", failure.Message);
    }

    [Fact]
    public async Task One_of_two_clients_that_resume_at_once_gets_the_job()
    {
        await using var server = new PlainServer();
        RemoteCommand command = Resumable($"while ! [ -e {server["go"]} ]; do sleep 0.02; done; echo out");
        await using RemoteShellClient a = await server.ConnectAsync(_ => null), b = await server.ConnectAsync(_ => null);
        Task<CommandResult>[] results = [RunAsync(a), RunAsync(b)];
        Task<CommandResult> loser = await Task.WhenAny(results).Within();
        await Assert.ThrowsAsync<TakenOverException>(() => loser);
        await File.WriteAllTextAsync(server["go"], "");
        Assert.Equal(0, (await results.Single(result => result != loser).Within()).ExitCode);
        Assert.Single(server.Jobs.All);

        async Task<CommandResult> RunAsync(RemoteShellClient client)
        {
            RemoteJob job = await client.ResumeAsync(command, Point(), new()).Within();
            return await job.Completion;
        }
    }

    [Fact]
    public async Task Caller_acknowledges_before_an_orderly_end_and_the_server_drops_the_output()
    {
        await using var server = new PlainServer();
        RemoteCommand command = Resumable("echo out");
        await using (RemoteShellClient client = await server.ConnectAsync(_ => null))
        {
            RemoteJob job = await client.StartAsync(command, new()).Within();
            Assert.Equal(0, (await job.Completion.Within()).ExitCode);
            await client.PingAsync().Within();
            Assert.False(server.Jobs.All.Single().IsDelivered);
            job.Acknowledge();
        }

        await Waiting.Until(() => server.Jobs.All.Single().IsDelivered, "the acknowledgement has arrived");
        Assert.All(server.Jobs.All.Single().Buffers.Values, buffer => Assert.Equal(buffer.Length, buffer.Start));
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => CollectAsync(server, command, Point()));
        Assert.Equal("gone", refused.Code);
    }

    [Fact]
    public async Task Result_of_a_command_that_never_started_is_acknowledged_by_the_caller()
    {
        await using var server = new PlainServer();
        RemoteCommand command = RemoteCommand.Exact("no-such-program-here")
            .WithJobId(JobId.New())
            .WithAcknowledgement(Acknowledgement.ByCaller);
        await using (RemoteShellClient client = await server.ConnectAsync(_ => null))
        {
            RemoteJob running = await client.StartAsync(RemoteCommand.Shell("sleep 60"), new()).Within();
            Assert.Throws<InvalidOperationException>(running.Acknowledge);
            RemoteJob job = await client.StartAsync(command, new()).Within();
            Assert.Equal(CommandOutcome.NeverStarted, (await job.Completion.Within()).Outcome);
            await client.PingAsync().Within();
            Assert.False(JobOf(command).IsDelivered);
        }

        await using (RemoteShellClient later = await server.ConnectAsync(_ => null))
            later.Acknowledge(command.JobId!);
        await Waiting.Until(() => JobOf(command).IsDelivered, "the acknowledgement has arrived");

        Server.Jobs.Lifetime.Job JobOf(RemoteCommand one) => server.Jobs.All.Single(job => job.Id == one.JobId);
    }

    [Fact]
    public async Task Command_that_is_older_than_what_the_server_remembers_is_not_started()
    {
        await using var server = new PlainServer();
        RemoteCommand command = Resumable($"echo once >> {server["times"]}");
        ResumePoint point = Point() with { Age = TimeSpan.FromDays(8) };
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => CollectAsync(server, command, point));
        Assert.Equal("gone", refused.Code);
        Assert.Empty(server.Jobs.All);
        Assert.False(File.Exists(server["times"]));
    }

    [Fact]
    public async Task Acknowledged_command_is_not_started_again_after_the_server_has_forgotten_it()
    {
        await using var server = new PlainServer(options => options with { KeepJobs = 0, KeepTime = TimeSpan.FromMilliseconds(200) });
        RemoteCommand command = Resumable($"echo once >> {server["times"]}");
        await using (RemoteShellClient client = await server.ConnectAsync(_ => null))
        {
            RemoteJob job = await client.StartAsync(command, new()).Within();
            await job.Completion.Within();
            job.Acknowledge();
        }

        await Waiting.Until(() => !server.Jobs.All.Any(), "the server has forgotten the job");
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => CollectAsync(server, command, Point()));
        Assert.Equal("gone", refused.Code);
        Assert.Equal("once\n", await File.ReadAllTextAsync(server["times"]));
    }

    [Fact]
    public async Task Command_that_cannot_be_resumed_is_rejected()
    {
        await using var server = new PlainServer();
        await using RemoteShellClient client = await server.ConnectAsync(_ => null);
        RemoteCommand[] commands =
        [
            RemoteCommand.Shell("true").WithAcknowledgement(Acknowledgement.ByCaller),
            RemoteCommand.Shell("true").WithJobId(JobId.New()),
            Resumable("true").WithTerminal(new("xterm", 80, 24)),
        ];
        foreach (RemoteCommand command in commands)
            await Assert.ThrowsAsync<ArgumentException>(() => client.ResumeAsync(command, Point(), new()).Within());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => client.ResumeAsync(Resumable("true"), Point() with { Age = TimeSpan.FromTicks(-1) }, new()).Within());
        Assert.Empty(server.Jobs.All);
    }

    private static RemoteCommand Resumable(string line)
        => RemoteCommand.Shell(line).WithJobId(JobId.New()).WithAcknowledgement(Acknowledgement.ByCaller);

    private static ResumePoint Point() => new() { Age = TimeSpan.FromSeconds(30) };

    private static async Task<(CommandResult Result, string Output, string Error)> CollectAsync(
        PlainServer server, RemoteCommand command, ResumePoint point)
    {
        await using RemoteShellClient client = await server.ConnectAsync(_ => null);
        using MemoryStream output = new(), error = new();
        RemoteJob job = await client.ResumeAsync(command, point, new() { Output = output, Error = error }).Within();
        CommandResult result = await job.Completion.Within();
        return (result, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    private sealed class StalledInput(byte[] bytes) : TestStream
    {
        private bool _wasRead;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_wasRead)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            _wasRead = true;
            bytes.CopyTo(buffer);
            return bytes.Length;
        }
    }
}
