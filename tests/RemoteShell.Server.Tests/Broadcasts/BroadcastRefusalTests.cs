using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Tests.Broadcasts;

/// <summary>Signed requests that start nothing.</summary>
public sealed class BroadcastRefusalTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly Broadcaster _broker;

    public BroadcastRefusalTests() => _broker = new(_server);

    public async ValueTask DisposeAsync()
    {
        // Nothing that was refused has run.
        Assert.False(File.Exists(Path.Combine(_server.Folder, "ran")));
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Request_for_other_hosts_is_refused()
    {
        await CheckRefusedAsync(Request() with { Targets = "web[1-6,8-9],@other" }, ErrorCode.NotMeant);
        var member = new Broadcaster(_server) { Host = new() { Name = "db1", Groups = ["cache"] } };
        Assert.Equal(ErrorCode.NotMeant, (await member.AskAsync(Request())).Refusal?.Code);
        Assert.Equal(0, (await member.AskAsync(member.Request("true") with { Targets = "@cache" })).Code);
    }

    [Fact]
    public async Task Request_is_refused_after_its_time_and_before_it()
    {
        long now = Broadcaster.Now;
        await CheckRefusedAsync(Request() with { Issued = now - 20_000, NotAfter = now - 10_000 }, ErrorCode.Expired);
        await CheckRefusedAsync(Request() with { Issued = now + 330_000, NotAfter = now + 400_000 }, ErrorCode.Early);
    }

    [Fact]
    public async Task Request_that_is_older_than_what_the_server_remembers_is_refused()
    {
        long now = Broadcaster.Now;
        await CheckRefusedAsync(Request() with { Issued = now - 120_000 }, ErrorCode.Gone);
        // By a clock that is wrong, it may be as old.
        await CheckRefusedAsync(Request() with { Issued = now + 120_000, NotAfter = now + 200_000 }, ErrorCode.Gone);
    }

    [Theory]
    [InlineData("from=\"127.0.0.0/8\"", "unauthorized")]
    [InlineData("expiry-time=\"20200101\"", "unauthorized")]
    [InlineData("read-only", "forbidden")]
    [InlineData("write-only", "forbidden")]
    [InlineData("root=\"/srv\"", "forbidden")]
    [InlineData("allow=\"calc,run:touch *\"", "forbidden")]
    [InlineData("deny=\"shell\"", "forbidden")]
    public async Task Options_of_the_key_hold(string options, string code)
    {
        File.WriteAllText(_server.AuthorizedKeys.Path, $"{options} {_server.Identity.PublicKey}\n");
        await CheckRefusedAsync(Request(), code);
        // The first line that permits it counts.
        File.AppendAllText(_server.AuthorizedKeys.Path, $"{_server.Identity.PublicKey}\n");
        BroadcastResult result = await _broker.AskAsync(_broker.Request("true"));
        Assert.Equal(code == "unauthorized" ? null : code, result.Refusal?.Code);
    }

    [Fact]
    public async Task Command_that_exec_refuses_is_refused()
    {
        await CheckRefusedAsync(Request() with { User = "somebody-else" }, ErrorCode.Forbidden);
        await CheckRefusedAsync(Request() with { Env = new Dictionary<string, string> { ["A=B"] = "" } }, ErrorCode.BadRequest);
        await CheckRefusedAsync(Request() with { Command = " " }, ErrorCode.BadRequest);
        await CheckRefusedAsync(Request() with { OnFull = "burst" }, ErrorCode.BadRequest);
        string name = new('\u0001', 40_000);
        await CheckRefusedAsync(Request() with { Env = new Dictionary<string, string> { [$"{name}="] = "" } }, ErrorCode.BadRequest);
    }

    [Fact]
    public async Task Request_of_a_later_version_is_refused_with_a_signed_result()
    {
        BroadcastRequest request = Request();
        string payload = Encoding.UTF8.GetString(request.Sign(_server.Identity).Payload.Span);
        payload = payload.Replace("{\"version\":1", "{\"version\":2,\"new\":[]", StringComparison.Ordinal);
        byte[] later = Encoding.UTF8.GetBytes(payload);
        BroadcastResult result = await _broker.AskAsync(SignedText.Sign(later, SignedKind.Request, _server.Identity));
        Assert.Equal((ErrorCode.BadRequest, request.Run, null), (result.Refusal?.Code, result.Run, result.Job));
    }

    [Fact]
    public async Task Nothing_is_signed_for_a_key_that_is_not_authorized()
    {
        using Identity other = Identity.LoadOrCreate(_server.ClientOptions("other").IdentityFile);
        BroadcastRequest request = Request() with { Key = other.PublicKey.ToString() };
        Assert.Empty(await SendAsync(request.Sign(other)));
        // Nor for the name of a key that is authorized, with the signature of another.
        byte[] payload = Request().Sign(_server.Identity).Payload.ToArray();
        Assert.Empty(await SendAsync(SignedText.Sign(payload, SignedKind.Request, other)));
        Assert.Empty(await SendAsync(SignedText.Sign(payload, SignedKind.Result, _server.Identity)));
    }

    [Fact]
    public async Task Nothing_is_signed_for_bytes_that_are_not_a_request()
    {
        byte[] host = _broker.Host.ToBytes(), request = Request().Sign(_server.Identity).ToBytes();
        foreach (byte[] bytes in (byte[][])[request, [.. host, .. host], [.. host, .. "RSHS"u8, 255, 255, 255, 255]])
            Assert.Empty(await _broker.SendAsync(bytes));
        var random = new Random(4);
        for (int round = 0; round < 300; round++)
        {
            byte[] changed = [.. request];
            int at = random.Next(changed.Length);
            changed[at] ^= (byte)(1 << random.Next(8));
            // A shorter length leaves bytes over, a longer one waits for more.
            if (at is >= 4 and < 8)
                continue;
            Assert.Empty(await _broker.SendAsync([.. host, .. changed]));
        }
    }

    [Fact]
    public async Task Request_that_does_not_come_is_not_awaited_for_long()
    {
        await using var server = new TestServer(
            options => options with { Limits = options.Limits with { HandshakeTime = TimeSpan.FromMilliseconds(100) } });
        Assert.Empty(await new Broadcaster(server).SendAsync([.. _broker.Host.ToBytes()]));
        Assert.Contains(server.Log, line => line.Contains("did not come", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Second_request_of_a_run_is_refused_and_the_first_one_goes_on()
    {
        BroadcastRequest first = _broker.Request("sleep 0.3; echo first");
        BroadcastRequest second = first with { Command = "echo second" };
        Task<BroadcastResult> asking = _broker.AskAsync(first);
        await using RemoteShellClient client = await _server.ConnectAsync();
        await Waiting.UntilAsync(async () => (await client.ListJobsAsync(JobFilter.All)).Count == 1, "the first one runs");
        Assert.Equal(ErrorCode.Conflict, (await _broker.AskAsync(second)).Refusal?.Code);
        Assert.Equal(0, (await asking.Within()).Code);
        Assert.Equal(ErrorCode.Conflict, (await _broker.AskAsync(second)).Refusal?.Code);
        // An id that the key has used on a connection is taken as well.
        BroadcastRequest third = _broker.Request("true");
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        string open = $$"""{"type":"open","channel":1,"request":"exec","job":"{{third.JobOn("web7")}}","command":"true"}""";
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(open));
        await peer.ReadAsync("result");
        Assert.Equal(ErrorCode.Conflict, (await _broker.AskAsync(third)).Refusal?.Code);
    }

    [Fact]
    public async Task Limits_of_the_key_hold()
    {
        await using var server = new TestServer(options => options with { Limits = options.Limits with { Jobs = 1 } });
        var broker = new Broadcaster(server);
        string go = Path.Combine(server.Folder, "go");
        Task<BroadcastResult> asking = broker.AskAsync(broker.Request($"while ! [ -e '{go}' ]; do sleep 0.02; done"));
        await using RemoteShellClient client = await server.ConnectAsync();
        await Waiting.UntilAsync(async () => (await client.ListJobsAsync(JobFilter.Running)).Count == 1, "the first one runs");
        BroadcastRequest second = broker.Request("true");
        Assert.Equal(ErrorCode.Limit, (await broker.AskAsync(second)).Refusal?.Code);
        File.WriteAllText(go, "");
        await asking.Within();
        // The refusal has not used the id.
        Assert.Equal(0, (await broker.AskAsync(second)).Code);
    }

    private BroadcastRequest Request() => _broker.Request($"touch '{_server.Folder}/ran'");

    private async Task CheckRefusedAsync(BroadcastRequest request, string code)
    {
        BroadcastResult result = await _broker.AskAsync(request);
        Assert.Equal(code, result.Refusal?.Code);
        Assert.False(string.IsNullOrEmpty(result.Refusal!.Text));
        Assert.Equal((null, null, request.JobOn("web7").Length), (result.Outcome, result.Code, JobId.Length));
        Assert.Empty(result.Streams);
        Assert.Contains(_server.Log, line => line.StartsWith("refused a signed request", StringComparison.Ordinal));
    }

    private Task<byte[]> SendAsync(SignedText text) => _broker.SendAsync([.. _broker.Host.ToBytes(), .. text.ToBytes()]);
}
