using System.Net.Security;
using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>What a client does wrong is told to it in words, and disturbs nobody else.</summary>
public sealed class HostilePeerTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    public static TheoryData<string, string> Connections => new()
    {
        { ErrorCode.BadHeaderLength, "00000000" },
        { ErrorCode.BadHeaderLength, "ffffffff" },
        { ErrorCode.BadHeaderLength, "00000100" },
        { ErrorCode.BadHeader, Hex("{\"type\":") },
        { ErrorCode.BadHeader, Hex("[]") },
        { ErrorCode.OutOfOrder, Hex("""{"type":"ping","id":1}""") },
        { ErrorCode.BadSize, Hex("""{"type":"hello","version":1,"size":1,"hash":"crc32c:c1d04330"}""") },
        { ErrorCode.BadHeader, Hex("""{"type":"hello","version":1,"limits":{"body":0}}""") },
        { ErrorCode.Version, Hex("""{"type":"hello","version":0}""") },
        { ErrorCode.BadHeader, Hex("""{"type":"hello","version":"one"}""") },
        { ErrorCode.UnknownType, Hex(RawPeer.Hello) + Hex("""{"type":"juggle"}""") },
        { ErrorCode.OutOfOrder, Hex(RawPeer.Hello) + Hex(RawPeer.Hello) },
        { ErrorCode.OutOfOrder, Hex(RawPeer.Hello) + Hex("""{"type":"open","channel":2,"request":"get","path":"x"}""") },
        {
            ErrorCode.BadSize,
            Hex(RawPeer.Hello) + Hex("""{"type":"data","channel":1,"stream":"stdin","offset":0,"size":300000,"hash":"crc32c:00000000"}""")
        },
    };

    public static TheoryData<string, string> Channels => new()
    {
        { ErrorCode.UnknownType, """{"type":"juggle","channel":1}""" },
        { ErrorCode.UnknownStream, """{"type":"end","channel":1,"stream":"other","total":0,"digest":"crc32c:00000000"}""" },
        { ErrorCode.BadOffset, """{"type":"data","channel":1,"stream":"stdin","offset":5,"size":1,"hash":"crc32c:c1d04330"}a""" },
        { ErrorCode.BadHash, """{"type":"data","channel":1,"stream":"stdin","offset":0,"size":1,"hash":"crc32c:00000000"}a""" },
        { ErrorCode.BadDigest, """{"type":"end","channel":1,"stream":"stdin","total":0,"digest":"crc32c:11111111"}""" },
        { ErrorCode.BadDigest, """{"type":"end","channel":1,"stream":"stdin","total":9,"digest":"crc32c:00000000"}""" },
        { ErrorCode.OutOfOrder, """{"type":"opened","channel":1}""" },
        { ErrorCode.BadHeader, """{"type":"signal","channel":1}""" },
    };

    public static TheoryData<string, string> Requests => new()
    {
        { ErrorCode.UnknownRequest, """{"type":"open","channel":1,"request":"dance"}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"short","command":"true"}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef"}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"a","line":"b"}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":" "}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","argv":[]}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","argv":["a","b\u0000c"]}""" },
        {
            ErrorCode.BadRequest,
            """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"true","env":{"A=B":"c"}}"""
        },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"true","timeout":0}""" },
        {
            ErrorCode.BadRequest,
            """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"true","digest":"md5"}"""
        },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","argv":["echo",null]}""" },
        {
            ErrorCode.BadRequest,
            """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"true","env":{"A":null}}"""
        },
        {
            ErrorCode.BadRequest,
            """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"true","unset":[null]}"""
        },
        {
            ErrorCode.BadRequest,
            """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"true","unset":["A\u0000"]}"""
        },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"get","path":"/dev/zero"}""" },
        {
            ErrorCode.Forbidden,
            """{"type":"open","channel":1,"request":"exec","job":"0123456789abcdef","command":"true","user":"somebody-else"}"""
        },
        { ErrorCode.Forbidden, """{"type":"open","channel":1,"request":"get","path":"/etc/hostname","user":"somebody-else"}""" },
        { ErrorCode.NotFound, """{"type":"open","channel":1,"request":"get","path":"/no/such/file"}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"get","path":"/"}""" },
        { ErrorCode.BadRequest, """{"type":"open","channel":1,"request":"get","path":""}""" },
    };

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task Connection_error_is_reported_and_ends_the_connection(string code, string hex)
    {
        await using (RawPeer peer = await RawPeer.ConnectAsync(_server))
        {
            await peer.SendAsync(Convert.FromHexString(hex));
            Assert.Contains($"\"code\":\"{code}\"", await peer.ReadAsync("error"));
            Assert.True(await peer.IsClosedAsync());
        }

        await StillServesAsync();
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Channel_error_is_reported_and_ends_only_that_channel_and_its_command(string code, string frame)
    {
        await using (RawPeer peer = await RawPeer.ConnectAsync(_server))
        {
            await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Exec(1, "sleep 300", ",\"stdin\":true"));
            await peer.ReadAsync("opened");
            int end = frame.LastIndexOf('}') + 1;
            await peer.SendAsync(RawPeer.Frame(frame[..end], Encoding.UTF8.GetBytes(frame[end..])), RawPeer.Exec(3, "echo fine"));
            Assert.Contains($"\"code\":\"{code}\"", await peer.ReadAsync("error"));
            Assert.Contains("\"code\":0", await peer.ReadAsync("result"));
        }

        await Waiting.Until(
            () => _server.Log.Any(line => line.Contains("killed", StringComparison.Ordinal)),
            "the sleeping command was ended");
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Invalid_request_is_refused_with_a_message(string code, string frame)
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(frame), RawPeer.Exec(3, "echo fine"));
        string refused = await peer.ReadAsync("refused");
        Assert.Contains($"\"code\":\"{code}\"", refused);
        Assert.Contains("\"text\":\"", refused);
        Assert.Contains("\"code\":0", await peer.ReadAsync("result"));
    }

    [Fact]
    public async Task Input_beyond_the_window_ends_the_channel()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Exec(1, "sleep 300", ",\"stdin\":true"));
        await peer.ReadAsync("opened");
        byte[] body = new byte[262_144];
        // The pipe takes a mebibyte as well; what nobody reads must come to the window's end.
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < 40; i++)
                await peer.SendAsync(RawPeer.Data(1, "stdin", i * (long)body.Length, body));
        });
        Assert.Contains(ErrorCode.WindowOverrun, await peer.ReadAsync("error"));
        await sending.Within();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Frames_may_arrive_in_any_number_of_segments(int segments)
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        byte[] all = [.. RawPeer.Frame(RawPeer.Hello), .. RawPeer.Exec(1, "cat", ",\"stdin\":true"), .. RawPeer.Exec(3, "echo two")];
        foreach (byte[] piece in all.Chunk(Math.Max(1, all.Length / segments)))
            await peer.SendAsync(piece);
        await peer.ReadAsync("result");
        // Both are under way by now: before its 'opened' a channel takes no data, and the second may have been quicker than the first.
        await peer.ReadAsync("opened");
        await peer.ReadAsync("opened");
        await peer.SendAsync(
            RawPeer.Data(1, "stdin", 0, "abc"u8.ToArray()),
            RawPeer.Frame("""{"type":"end","channel":1,"stream":"stdin","total":3,"digest":"crc32c:364b3fb7"}"""));
        Assert.Contains("\"offset\":0", await peer.ReadAsync("data"));
        Assert.Contains("\"code\":0", await peer.ReadAsync("result"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(110)]
    public async Task Truncated_frame_is_not_input_and_ends_its_command(int bytes)
    {
        string file = Path.Combine(_server.Folder, "input");
        await using (RawPeer peer = await RawPeer.ConnectAsync(_server))
        {
            await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Exec(1, $"cat > {file} && touch {file}.whole", ",\"stdin\":true"));
            await peer.ReadAsync("opened");
            await peer.SendAsync(RawPeer.Data(1, "stdin", 0, new byte[100])[..bytes]);
        }

        await Waiting.Until(() => _server.Log.Any(line => line.Contains("inside a frame", StringComparison.Ordinal)), "the cut is told");
        await Waiting.Until(() => _server.Log.Any(line => line.Contains("killed", StringComparison.Ordinal)), "the command was ended");
        Assert.False(File.Exists($"{file}.whole"));
    }

    [Fact]
    public async Task Connection_without_tls_is_closed()
    {
        await using (var tcp = await RawPeer.TcpAsync(_server.Address))
        {
            await tcp.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await ReadToEndAsync(tcp);
        }

        await StillServesAsync();
    }

    [Fact]
    public async Task Silent_client_is_closed_after_the_handshake_timeout()
    {
        await using var server = new TestServer(
            options => options with { Limits = new() { HandshakeTime = TimeSpan.FromMilliseconds(200) } });
        await using var tcp = await RawPeer.TcpAsync(server.Address);
        await ReadToEndAsync(tcp);
    }

    [Fact]
    public async Task Client_without_a_certificate_gets_only_a_refusal()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(
            _server.Address, new() { ApplicationProtocols = [new(SecureStream.AlpnName)] });
        await RefusedAsync(peer, ErrorCode.Unauthorized);
    }

    [Fact]
    public async Task Client_with_an_unknown_key_gets_only_a_refusal_with_a_hint()
    {
        using var stranger = Identity.Create(Path.Combine(_server.Folder, "stranger.pem"));
        SecureStream secure = await SecureStream.ConnectAsync(await RawPeer.TcpAsync(_server.Address), stranger).Within();
        await using Stream stream = secure.Stream;
        await stream.WriteAsync(RawPeer.Frame(RawPeer.Hello).Concat(RawPeer.Exec(1, "touch /tmp/never")).ToArray());
        await stream.FlushAsync();
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer).Within() is > 0 and int count)
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        Assert.Contains($"rsh-server authorize \\u0027{stranger.PublicKey.ToString()[..30]}", text.ToString());
        Assert.DoesNotContain("opened", text.ToString());
        Assert.DoesNotContain(_server.Log, line => line.Contains("started", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handshake_refuses_the_alpn_name_of_another_protocol()
        => await Assert.ThrowsAnyAsync<Exception>(
            () => RawPeer.ConnectAsync(_server.Address, new() { ApplicationProtocols = [SslApplicationProtocol.Http2] }));

    [Fact]
    public async Task Client_without_an_alpn_name_is_refused_with_a_message()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server.Address, new());
        await RefusedAsync(peer, ErrorCode.Transport);
    }

    [Fact]
    public async Task Unknown_signal_is_reported_and_the_command_continues()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(_server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Exec(1, "echo begun; exec sleep 300", ",\"window\":65536"));
        await peer.ReadAsync("opened");
        await peer.SendAsync(RawPeer.Frame("""{"type":"signal","channel":1,"name":"NOSUCH"}"""));
        Assert.Contains("NOSUCH", await peer.ReadAsync("notice"));
        await peer.ReadAsync("data");
        await peer.SendAsync(RawPeer.Frame("""{"type":"signal","channel":1,"name":"USR1"}"""));
        Assert.Contains("\"signal\":\"USR1\"", await peer.ReadAsync("result"));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task RefusedAsync(RawPeer peer, string code)
    {
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Exec(1, "true"));
        Assert.Equal("hello", (await peer.ReadAsync())!.Value.Type);
        (string type, _, string header, _) = (await peer.ReadAsync())!.Value;
        Assert.Equal("error", type);
        Assert.Contains($"\"code\":\"{code}\"", header);
        Assert.Null(await peer.ReadAsync());
    }

    private static async Task ReadToEndAsync(Stream stream)
    {
        try
        {
            while (await stream.ReadAsync(new byte[100]).Within() > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end as well.
        }
    }

    private async Task StillServesAsync()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        Assert.Equal("fine\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo fine")).Within()).Output);
    }

    private static string Hex(string header) => Convert.ToHexString(RawPeer.Frame(header));
}
