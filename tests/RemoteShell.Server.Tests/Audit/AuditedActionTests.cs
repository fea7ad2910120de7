using System.Net;
using System.Net.Sockets;
using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Connections;
using RemoteShell.Server.Tests.Broadcasts;

namespace RemoteShell.Server.Tests.Audit;

/// <summary>What clients do, and what they are refused, leaves a line in the audit journal.</summary>
public sealed class AuditedActionTests : IAsyncDisposable
{
    private readonly TestServer _server = new(options => options with
    {
        AllowsForwarding = true,
        Limits = new() { Handshakes = 1, HandshakeTime = TimeSpan.FromHours(1) },
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_whose_client_leaves_is_recorded_with_the_bytes_that_were_sent()
    {
        string path = await MakeFileAsync();
        await using (RawPeer peer = await PeerAsync())
        {
            await GetAsync(peer, path);
            await peer.ReadAsync("data");
        }

        AuditLine line = await WaitAsync(AuditEvent.Transfer);
        Assert.Equal(("get", path, "aborted", 65536), (line.Verb, line.What, line.Outcome, line.Streams!["file"].Bytes));
        Assert.True(line.IsFailure);
    }

    [Fact]
    public async Task Get_of_a_file_that_shrinks_is_recorded_with_the_bytes_that_were_sent()
    {
        string path = await MakeFileAsync();
        await using RawPeer peer = await PeerAsync();
        await GetAsync(peer, path);
        await peer.ReadAsync("data");
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(100_000);
        await peer.SendAsync(RawPeer.Frame("""{"type":"window","channel":1,"stream":"file","limit":9000000}"""));
        AuditLine line = await WaitAsync(AuditEvent.Transfer);
        Assert.Equal((path, "failed"), (line.What, line.Outcome));
        Assert.Contains("became shorter", line.Reason, StringComparison.Ordinal);
        Assert.InRange(line.Streams!["file"].Bytes, 100_000, 299_999);
    }

    [Fact]
    public async Task Get_to_its_end_is_recorded_once()
    {
        string path = await MakeFileAsync();
        await using RawPeer peer = await PeerAsync();
        await GetAsync(peer, path, 1_000_000);
        await peer.ReadAsync("result");
        AuditLine line = Assert.Single(Lines(AuditEvent.Transfer));
        Assert.Equal(("done", null, 300_000), (line.Outcome, line.Reason, line.Streams!["file"].Bytes));
        Assert.StartsWith("crc32c:", line.Streams["file"].Digest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_requests_that_are_refused_are_recorded_with_their_key()
    {
        var broker = new Broadcaster(_server);
        BroadcastRequest request = broker.Request("true");
        long now = Broadcaster.Now;
        BroadcastRequest[] refused =
        [
            request with { Targets = "other" },
            request with { Issued = now - 20_000, NotAfter = now - 10_000 },
            request with { User = "somebody-else" },
            request with { Command = " " },
        ];
        foreach (BroadcastRequest one in refused)
            await broker.AskAsync(one);
        File.WriteAllText(_server.AuthorizedKeys.Path, $"rate=\"1/h\" {_server.Identity.PublicKey} test\n");
        await broker.AskAsync(broker.Request("true"));
        BroadcastRequest tooMany = broker.Request("true");
        await broker.AskAsync(tooMany);
        File.WriteAllText(_server.AuthorizedKeys.Path, $"expiry-time=\"20200101\" {_server.Identity.PublicKey} test\n");
        BroadcastRequest late = broker.Request("true");
        await broker.AskAsync(late);
        AuditLine[] lines = Lines(AuditEvent.Refuse);
        Assert.Equal(
            [ErrorCode.NotMeant, ErrorCode.Expired, ErrorCode.Forbidden, ErrorCode.BadRequest, ErrorCode.Limit, ErrorCode.Unauthorized],
            lines.Select(line => line.Outcome));
        Assert.Equal(
            [.. refused.Append(tooMany).Append(late).Select(one => one.Sign(_server.Identity).PayloadHash)],
            lines.Select(line => line.Request));
        Assert.All(lines, line => Assert.Equal(_server.Identity.PublicKey.Fingerprint, line.Key));
        Assert.All(lines, line => Assert.NotEmpty(line.Reason!));
    }

    [Fact]
    public async Task Signed_requests_of_nobody_who_is_authorized_are_recorded_within_the_budget()
    {
        var broker = new Broadcaster(_server);
        using Identity other = Identity.LoadOrCreate(_server.ClientOptions("other").IdentityFile);
        BroadcastRequest request = broker.Request("true");
        SignedText own = request.Sign(_server.Identity);
        SignedText foreign = (request with { Key = other.PublicKey.ToString() }).Sign(other);
        SignedText forged = SignedText.Sign(own.Payload.ToArray(), SignedKind.Request, other);
        foreach (byte[] bytes in (byte[][])[foreign.ToBytes(), forged.ToBytes(), Encoding.ASCII.GetBytes("RSHSxxxxxxxxxxxxxx")])
            Assert.Empty(await broker.SendAsync([.. broker.Host.ToBytes(), .. bytes]));
        AuditLine[] lines = Lines(AuditEvent.Refuse);
        // Only a valid signature proves a key. A forged request has none.
        Assert.Equal(
            [
                (ErrorCode.Unauthorized, other.PublicKey.Fingerprint, foreign.PayloadHash),
                (ErrorCode.Unauthorized, null, forged.PayloadHash),
                (ErrorCode.BadRequest, null, null),
            ],
            lines.Select(line => (line.Outcome!, line.Key, line.Request)));

        for (int i = 0; i < RefusalBudget.LinesOfMinute; i++)
            await broker.SendAsync([.. broker.Host.ToBytes(), .. forged.ToBytes()]);
        Assert.InRange(Lines(AuditEvent.Refuse).Length, RefusalBudget.LinesOfMinute, RefusalBudget.LinesOfMinute + 3);
        // Those leave room for what an authorized key is refused.
        await broker.AskAsync(broker.Request("true") with { Targets = "other" });
        Assert.Equal(ErrorCode.NotMeant, Lines(AuditEvent.Refuse)[^1].Outcome);
    }

    [Fact]
    public async Task Connection_that_is_closed_because_handshakes_are_busy_is_recorded()
    {
        List<NetworkStream> held = [];
        for (int i = 0; i <= 1 + HandshakePlaces.WaitingPerPlace; i++)
            held.Add(await RawPeer.TcpAsync(_server.Address));
        AuditLine line = await WaitAsync(AuditEvent.Refuse);
        Assert.Equal((ErrorCode.Limit, null), (line.Outcome, line.Key));
        Assert.Contains("handshakes are under way", line.Reason, StringComparison.Ordinal);
        Assert.Contains(line.Peer, held.Select(stream => stream.Socket.LocalEndPoint!.ToString()));
        foreach (NetworkStream stream in held)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task Listening_is_recorded_with_each_connection_and_with_its_end()
    {
        string job = JobId.New();
        RawPeer peer = await PeerAsync();
        await peer.SendAsync(RawPeer.Frame(
            $$"""{"type":"open","channel":1,"request":"exec","job":"{{job}}","listen":{"host":"127.0.0.1","port":0} }"""));
        AuditLine listening = await WaitAsync(AuditEvent.Listen);
        List<string> near = [];
        for (int i = 1; i <= 2; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPEndPoint.Parse(listening.What!)).Within();
            near.Add($"127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
            await WaitAsync(AuditEvent.ForwardAccept, i);
        }

        await peer.DisposeAsync();
        AuditLine closed = await WaitAsync(AuditEvent.ListenClose);
        Assert.Equal((listening.What, 2, job), (closed.What, closed.Accepted, closed.Job));
        AuditLine[] accepted = Lines(AuditEvent.ForwardAccept);
        Assert.Equal(near, accepted.Select(line => line.What));
        Assert.All(accepted, line => Assert.Equal((job, _server.Identity.PublicKey.Fingerprint), (line.Job, line.Key)));
    }

    private AuditLine[] Lines(string what) => [.. AuditReader.Read(AuditReader.FilesOf(_server.ServerOptions))
        .Select(entry => entry.Line).OfType<AuditLine>().Where(line => line.Event == what)];

    private async Task<AuditLine> WaitAsync(string what, int number = 1)
    {
        await Waiting.Until(() => Lines(what).Length >= number, $"there are {number} lines {what}");
        return Lines(what)[number - 1];
    }

    private async Task<string> MakeFileAsync()
    {
        string path = Path.Combine(_server.Folder, "file");
        await File.WriteAllBytesAsync(path, new byte[300_000]);
        return path;
    }

    private static Task GetAsync(RawPeer peer, string path, int window = 65536) => peer.SendAsync(
        RawPeer.Frame($$"""{"type":"open","channel":1,"request":"get","path":"{{path}}","window":{{window}} }"""));

    private async Task<RawPeer> PeerAsync()
    {
        RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        return peer;
    }
}
