using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Tests.Forwarding;

/// <summary>Jobs that listen, and the connections that wait for the jobs that carry them, asked by a raw client.</summary>
public sealed class ListenRequestTests : IAsyncDisposable
{
    private readonly TestServer _server = new(options => options with { AllowsForwarding = true });
    private readonly TemporaryFolder _folder = new();

    // The beginning of a line whose end has not arrived.
    private string _partial = "";

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Accepted_connection_is_found_by_its_own_key_only_and_once()
    {
        await using RawPeer peer = await PeerAsync();
        using Socket near = await ConnectAsync(await ListenAsync(peer, 1, """{"port":0}"""));
        string id = await AcceptedAsync(peer);
        await using RawPeer other = await OtherAsync();
        JsonElement result = await TakeAsync(other, 1, id);
        Assert.Equal(("never-started", 126, "not-found"), Of(result));
        await peer.SendAsync(Exec(3, $$"""
            "connect":{"accepted":"{{id}}"},"stdin":true
            """));
        await peer.ReadAsync("opened");
        Assert.Equal(("never-started", 126, "not-found"), Of(await TakeAsync(peer, 5, id)));
        await near.SendAsync("there"u8.ToArray()).Within();
        Assert.Contains("\"stdout\"", await peer.ReadAsync("data"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_connections_are_reset_and_the_port_is_free_when_the_job_ends()
    {
        RawPeer peer = await PeerAsync();
        IPEndPoint address = await ListenAsync(peer, 1, """{"port":0}""");
        using Socket near = await ConnectAsync(address);
        await AcceptedAsync(peer);
        await peer.DisposeAsync();
        var e = await Assert.ThrowsAsync<SocketException>(() => near.ReceiveAsync(new byte[1]).Within());
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        await Waiting.UntilAsync(() => IsRefusedAsync(address), "the port is closed");
    }

    [Fact]
    public async Task Listener_stops_accepting_while_128_connections_wait()
    {
        await using RawPeer peer = await PeerAsync();
        IPEndPoint address = await ListenAsync(peer, 1, """{"host":"127.0.0.1","port":0}""");
        Socket[] near = await Task.WhenAll(Enumerable.Range(0, 130).Select(_ => ConnectAsync(address)));
        HashSet<string> ids = [];
        while (ids.Count < 128)
            ids.UnionWith(await IdsAsync(peer));
        // A connection that is taken makes room for the next one.
        await peer.SendAsync(Exec(3, $$"""
            "connect":{"accepted":"{{ids.First()}}"},"stdin":true
            """));
        // In either order: the room is there before the answer.
        List<string> types = [];
        Assert.Single(await IdsAsync(peer, types));
        if (!types.Contains("opened"))
            await peer.ReadAsync("opened");
        foreach (Socket socket in near)
            socket.Dispose();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Unix_socket_is_private_and_is_removed_with_its_job()
    {
        string path = _folder["socket"];
        RawPeer peer = await PeerAsync();
        Assert.Equal(path, (await ListeningAsync(peer, 1, $$"""{"socket":"{{path}}"}""")).Listening);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await near.ConnectAsync(new UnixDomainSocketEndPoint(path)).Within();
        await AcceptedAsync(peer);
        await peer.DisposeAsync();
        await Waiting.Until(() => !Path.Exists(path), "the socket is removed");
    }

    [Fact]
    public async Task Stale_socket_is_replaced_and_anything_else_is_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: statx tells what a socket is");
        string stale = _folder["stale"], file = _folder["file"], used = _folder["used"];
        using (UnixListener.Listen(_folder["first"], 1))
            File.Move(_folder["first"], stale);
        await File.WriteAllTextAsync(file, "kept");
        using Socket serving = UnixListener.Listen(used, 1);
        await using RawPeer peer = await PeerAsync();
        foreach (string path in (string[])[file, used])
        {
            uint channel = path == file ? 1u : 3u;
            await peer.SendAsync(Exec(channel, $$"""
                "listen":{"socket":"{{path}}"}
                """));
            Assert.Equal(("never-started", 126, "in-use"), Of(Parse(await peer.ReadAsync("result"))));
        }

        Assert.Equal("kept", await File.ReadAllTextAsync(file));
        Assert.True(Path.Exists(used));
        Assert.Equal(stale, (await ListeningAsync(peer, 5, $$"""{"socket":"{{stale}}"}""")).Listening);
    }

    [Theory]
    [InlineData("\"connect\":{\"host\":\"127.0.0.1\",\"port\":1}")]
    [InlineData("\"connect\":{\"host\":\"127.0.0.1\",\"port\":1},\"stdin\":true,\"cwd\":\"/\"")]
    [InlineData("\"connect\":{\"host\":\"127.0.0.1\",\"port\":1},\"stdin\":true,\"detach\":true")]
    [InlineData("\"connect\":{\"host\":\"127.0.0.1\",\"port\":1},\"stdin\":true,\"command\":\"true\"")]
    [InlineData("\"connect\":{\"host\":\"127.0.0.1\"},\"stdin\":true")]
    [InlineData("\"connect\":{\"host\":\"127.0.0.1\",\"port\":1,\"socket\":\"/run/s\"},\"stdin\":true")]
    [InlineData("\"connect\":{},\"stdin\":true")]
    [InlineData("\"listen\":{\"port\":0},\"stdin\":true")]
    [InlineData("\"listen\":{\"port\":0,\"agent\":true}")]
    [InlineData("\"listen\":{\"host\":\"localhost\"}")]
    [InlineData("\"listen\":{\"port\":0},\"env\":{\"A\":\"b\"}")]
    [InlineData("\"listen\":{\"port\":0},\"tty\":{\"term\":\"xterm\",\"columns\":80,\"rows\":24}")]
    public async Task Wrong_form_is_refused(string form)
    {
        await using RawPeer peer = await PeerAsync();
        await peer.SendAsync(Exec(1, form));
        Assert.Contains("\"bad-request\"", await peer.ReadAsync("refused"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"connect\":{\"host\":\"no.such.invalid\",\"port\":1}", "not-found")]
    [InlineData("\"connect\":{\"host\":\"127.0.0.1\",\"port\":CLOSED}", "refused")]
    [InlineData("\"connect\":{\"socket\":\"/no/such\"}", "not-found")]
    public async Task Target_that_cannot_be_reached_gives_a_result_with_its_fault(string form, string fault)
    {
        await using RawPeer peer = await PeerAsync();
        string port = FreePort.Take().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await peer.SendAsync(Exec(1, $"{form.Replace("CLOSED", port, StringComparison.Ordinal)},\"stdin\":true"));
        Assert.Equal(("never-started", 126, fault), Of(Parse(await peer.ReadAsync("result"))));
    }

    private static byte[] Exec(uint channel, string form) => RawPeer.Frame(
        $$"""{"type":"open","channel":{{channel}},"request":"exec","job":"{{JobId.New()}}",{{form.Trim()}}}""");

    private async Task<IPEndPoint> ListenAsync(RawPeer peer, uint channel, string place)
        => IPEndPoint.Parse((await ListeningAsync(peer, channel, place)).Listening!);

    private async Task<ListenEntry> ListeningAsync(RawPeer peer, uint channel, string place)
    {
        await peer.SendAsync(Exec(channel, $"\"listen\":{place}"));
        return Assert.Single(await EntriesAsync(peer));
    }

    private async Task<string> AcceptedAsync(RawPeer peer) => Assert.Single(await IdsAsync(peer));

    private async Task<IEnumerable<string>> IdsAsync(RawPeer peer, List<string>? types = null)
        => (await EntriesAsync(peer, types)).Select(entry => entry.Accepted).OfType<string>();

    // The lines that the next data ends. The list gets the types of the frames up to there.
    private async Task<ListenEntry[]> EntriesAsync(RawPeer peer, List<string>? types = null)
    {
        while (await peer.ReadAsync().Within() is { } frame)
        {
            types?.Add(frame.Type);
            if (frame.Type == "data")
            {
                string[] lines = (_partial + Encoding.UTF8.GetString(frame.Body)).Split('\n');
                _partial = lines[^1];
                return [.. lines[..^1].Select(line => MessageCodec.DecodeListenEntry(Encoding.UTF8.GetBytes(line)))];
            }
        }

        throw new InvalidOperationException("the server has closed the connection");
    }

    private static async Task<JsonElement> TakeAsync(RawPeer peer, uint channel, string id)
    {
        await peer.SendAsync(Exec(channel, $$"""
            "connect":{"accepted":"{{id}}"},"stdin":true
            """));
        return Parse(await peer.ReadAsync("result"));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static (string? Outcome, int Code, string? Fault) Of(JsonElement result) => (
        result.GetProperty("outcome").GetString(), result.GetProperty("code").GetInt32(), result.GetProperty("fault").GetString());

    private static async Task<Socket> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address).Within();
        return socket;
    }

    private static async Task<bool> IsRefusedAsync(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task<RawPeer> OtherAsync()
    {
        using Identity identity = Identity.LoadOrCreate(_server.ClientOptions("other").IdentityFile);
        _server.AuthorizedKeys.Add($"{identity.PublicKey} other");
        RawPeer other = await RawPeer.ConnectWithAsync(identity, _server.Address);
        await other.SendAsync(RawPeer.Frame(RawPeer.Hello));
        return other;
    }

    private async Task<RawPeer> PeerAsync()
    {
        RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        return peer;
    }
}
