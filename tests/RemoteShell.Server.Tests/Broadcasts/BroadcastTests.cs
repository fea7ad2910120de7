using System.Security.Cryptography;
using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Server.Tests.Broadcasts;

/// <summary>Signed requests that the server runs.</summary>
public sealed class BroadcastTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly Broadcaster _broker;

    public BroadcastTests() => _broker = new(_server);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Result_has_the_outcome_and_the_output()
    {
        BroadcastRequest request = _broker.Request("echo out; echo err >&2; exit 3") with { Env = new Dictionary<string, string>() };
        BroadcastResult result = await _broker.AskAsync(request);
        Assert.Null(result.Refusal);
        Assert.Equal((request.Run, request.JobOn("web7"), "exited", 3), (result.Run, result.Job, result.Outcome, result.Code));
        CheckWhole(result, "stdout", "out\n"u8.ToArray());
        CheckWhole(result, "stderr", "err\n"u8.ToArray());
        Assert.InRange(result.Started!.Value, request.Issued - 60_000, Broadcaster.Now);
        Assert.True(result.Duration >= 0);
    }

    [Fact]
    public async Task All_forms_and_fields_of_a_command_are_those_of_exec()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
        BroadcastRequest exact = _broker.Request("") with { Command = null, Argv = ["printf", "%s", "a b"] };
        CheckWhole(await _broker.AskAsync(exact), "stdout", "a b"u8.ToArray());
        BroadcastRequest builtin = _broker.Request("") with { Command = null, Builtin = ["upper", "abc"] };
        CheckWhole(await _broker.AskAsync(builtin), "stdout", "ABC\n"u8.ToArray());
        BroadcastRequest shell = _broker.Request("pwd; echo $X$RSH_JOB; sleep 300") with
        {
            Cwd = _server.Folder,
            Env = new Dictionary<string, string> { ["X"] = "y" },
            Timeout = 700,
            Digest = "crc32c",
        };
        BroadcastResult result = await _broker.AskAsync(shell);
        Assert.Equal(("timed-out", 124), (result.Outcome, result.Code));
        Assert.Equal($"{_server.Folder}\ny{result.Job}\n", Encoding.UTF8.GetString(result.Streams["stdout"].Head!.Value.Span));
        Assert.StartsWith("crc32c:", result.Streams["stdout"].Digest);
    }

    [Theory]
    [InlineData(65536, 4_000_000, 0)]
    [InlineData(65536, 4_000_000, 3_000_000)]
    [InlineData(65536, 65_000, 536)]
    [InlineData(65536, 65_000, 537)]
    [InlineData(1000, 999, 5)]
    [InlineData(1, 10, 10)]
    [InlineData(0, 10, 0)]
    public async Task Large_output_has_its_head_its_tail_and_its_digest(int inline, int outBytes, int errBytes)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
        byte[] output = Bytes(1, outBytes), errors = Bytes(2, errBytes);
        string outFile = Write("out", output), errFile = Write("err", errors);
        BroadcastRequest request = _broker.Request($"cat '{errFile}' >&2 & cat '{outFile}'; wait") with { Inline = inline };
        BroadcastResult result = await _broker.AskAsync(request);
        int inlined = CheckPart(result, "stdout", output) + CheckPart(result, "stderr", errors);
        Assert.Equal(Math.Min(inline, outBytes + errBytes), inlined);
        if (outBytes + errBytes > inline && inline > 2)
            Assert.True(inlined >= inline - 1 && result.Streams["stdout"].Head!.Value.Length >= inline / 4);
    }

    [Fact]
    public async Task Output_is_kept_for_a_connection()
    {
        byte[] output = Bytes(3, 3_000_000);
        BroadcastResult result = await _broker.AskAsync(_broker.Request($"cat '{Write("out", output)}'"));
        await using RemoteShellClient client = await _server.ConnectAsync();
        JobInfo job = Assert.Single(await client.ListJobsAsync(JobFilter.All).Within());
        Assert.Equal(result.Job, job.Id);
        using var log = new MemoryStream();
        await client.ReadLogsAsync(job.Id, new(), new() { Output = log }).Within();
        Assert.Equal(output, log.ToArray());
    }

    [Fact]
    public async Task Running_job_can_be_killed_from_a_connection()
    {
        Task<BroadcastResult> asking = _broker.AskAsync(_broker.Request("exec sleep 300"));
        await using RemoteShellClient client = await _server.ConnectAsync();
        await Waiting.UntilAsync(async () => (await client.ListJobsAsync(JobFilter.Running)).Count == 1, "the job runs");
        await client.KillAsync(Assert.Single(await client.ListJobsAsync(JobFilter.Running).Within()).Id).Within();
        Assert.Equal("killed", (await asking.Within()).Outcome);
    }

    [Fact]
    public async Task Request_that_comes_many_times_runs_once()
    {
        BroadcastRequest request = _broker.Request($"echo x >> '{_server.Folder}/runs'; sleep 0.3; echo done; exit 2");
        SignedText text = request.Sign(_server.Identity);
        BroadcastResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _broker.AskAsync(text))).Within();
        BroadcastResult later = await _broker.AskAsync(text);
        Assert.All(results.Append(later), result =>
        {
            Assert.Equal((later.Job, "exited", 2, later.Duration), (result.Job, result.Outcome, result.Code, result.Duration));
            CheckWhole(result, "stdout", "done\n"u8.ToArray());
        });
        Assert.Equal(1, Runs());
    }

    [Fact]
    public async Task Job_runs_on_when_its_program_leaves_and_the_same_request_gets_the_result_also_late()
    {
        string go = Path.Combine(_server.Folder, "go");
        string command = $"echo x >> '{_server.Folder}/runs'; while ! [ -e '{go}' ]; do sleep 0.02; done; echo y";
        BroadcastRequest request = _broker.Request(command) with { NotAfter = Broadcaster.Now + 1000 };
        await using (await _broker.BeginAsync(request))
            await Waiting.Until(() => Runs() == 1, "the job runs");
        await using RemoteShellClient client = await _server.ConnectAsync();
        await Waiting.UntilAsync(
            async () => Assert.Single(await client.ListJobsAsync(JobFilter.All)) is { AttachedClients: 0 }, "it has left");
        await Waiting.Until(() => Broadcaster.Now > request.NotAfter, "the request starts nothing any more");
        File.WriteAllText(go, "");
        CheckWhole(await _broker.AskAsync(request), "stdout", "y\n"u8.ToArray());
        Assert.Equal(1, Runs());
    }

    [Fact]
    public async Task Job_is_ended_when_the_server_stops_and_the_result_says_so()
    {
        Task<BroadcastResult> asking = _broker.AskAsync(_broker.Request($"echo x >> '{_server.Folder}/runs'; exec sleep 300"));
        await Waiting.Until(() => Runs() == 1, "the job runs");
        await _server.Server.StopAsync(TimeSpan.FromMilliseconds(50)).Within();
        Assert.Equal("killed-by-policy", (await asking.Within()).Outcome);
        Assert.Equal("stopping", (await _broker.AskAsync(_broker.Request("true"))).Refusal?.Code);
    }

    [Fact]
    public async Task Oldest_output_that_is_dropped_leaves_a_tail()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: only there files have holes");
        await using var server = new TestServer(options => options with
        {
            JobQuota = 1 << 20,
            Limits = options.Limits with { StreamMemory = 64 * 1024 },
        });
        var broker = new Broadcaster(server);
        BroadcastRequest request = broker.Request("head -c 20000000 /dev/zero | tr '\\0' a; echo end") with { OnFull = "drop-oldest" };
        BroadcastResult result = await broker.AskAsync(request);
        BroadcastOutput output = result.Streams["stdout"];
        Assert.Equal((0, 20_000_004L), (result.Code, output.Total));
        Assert.Null(output.Head);
        Assert.EndsWith("aend\n", Encoding.UTF8.GetString(output.Tail!.Value.Span));
        byte[] all = [.. Enumerable.Repeat((byte)'a', 20_000_000), .. "end\n"u8];
        Assert.True(output.Digest is null || output.Digest == $"sha256:{Convert.ToHexStringLower(SHA256.HashData(all))}");
    }

    private static void CheckWhole(BroadcastResult result, string stream, byte[] bytes)
    {
        Assert.Equal(bytes.Length, CheckPart(result, stream, bytes));
        Assert.Null(result.Streams[stream].Tail);
    }

    private static int CheckPart(BroadcastResult result, string stream, byte[] bytes)
    {
        BroadcastOutput output = result.Streams[stream];
        Assert.Equal(bytes.Length, output.Total);
        if (output.Digest!.StartsWith("sha256:", StringComparison.Ordinal))
            Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}", output.Digest);
        ReadOnlySpan<byte> head = output.Head is { } first ? first.Span : [], tail = output.Tail is { } last ? last.Span : [];
        Assert.True(head.SequenceEqual(bytes.AsSpan(0, head.Length)));
        Assert.True(tail.SequenceEqual(bytes.AsSpan(bytes.Length - tail.Length)));
        return head.Length + tail.Length;
    }

    private static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_server.Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private int Runs()
    {
        string log = Path.Combine(_server.Folder, "runs");
        return File.Exists(log) ? File.ReadAllLines(log).Length : 0;
    }
}
