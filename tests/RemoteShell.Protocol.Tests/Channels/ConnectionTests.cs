using System.Net;
using System.Net.Sockets;
using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Channels;

public class ConnectionTests
{
    public static TheoryData<string, string> BadOnAChannel => new()
    {
        { ErrorCode.UnknownType, """{"type":"juggle","channel":1}""" },
        { ErrorCode.OutOfOrder, """{"type":"end","channel":1,"stream":"other","total":0,"digest":"crc32c:00000000"}""" },
        { ErrorCode.BadOffset, """{"type":"data","channel":1,"stream":"file","offset":5,"size":1,"hash":"crc32c:c1d04330"}a""" },
        { ErrorCode.BadOffset, """{"type":"data","channel":1,"stream":"file","offset":-5,"size":1,"hash":"crc32c:c1d04330"}a""" },
        { ErrorCode.BadHash, """{"type":"data","channel":1,"stream":"file","offset":0,"size":1,"hash":"crc32c:00000000"}a""" },
        { ErrorCode.BadHeader, """{"type":"data","channel":1,"size":1,"hash":"crc32c:c1d04330"}a""" },
        { ErrorCode.BadHeader, """{"type":"result","channel":1,"code":0}""" },
        { ErrorCode.BadSize, """{"type":"data","channel":1,"stream":"file","offset":0}""" },
        { ErrorCode.BadRequest, """{"type":"window","channel":1,"stream":"file","limit":1,"window":33554433}""" },
        { ErrorCode.BadHeader, """{"type":"result","channel":1,"outcome":"triumph","code":0}""" },
        { ErrorCode.BadHeader, """{"type":"result","channel":1,"outcome":"signaled","code":0}""" },
        { ErrorCode.BadHeader, """{"type":"opened","channel":1,"modified":253402300800000}""" },
        { ErrorCode.BadHeader, """{"type":"data","channel":1,"stream":"file","total":0,"size":1,"hash":"crc32c:c1d04330"}a""" },
        { ErrorCode.BadSize, """{"type":"opened","channel":1,"size":1,"hash":"crc32c:c1d04330"}a""" },
        { ErrorCode.BadDigest, """{"type":"end","channel":1,"stream":"file","total":7,"digest":"crc32c:00000000"}""" },
        { ErrorCode.OutOfOrder, """{"type":"hello","channel":1,"version":1}""" },
    };

    public static TheoryData<string, string> BadOnTheConnection => new()
    {
        { ErrorCode.UnknownType, """{"type":"juggle"}""" },
        { ErrorCode.OutOfOrder, """{"type":"hello","version":1}""" },
        { ErrorCode.BadHeader, """{"type":"ping" """ },
        { ErrorCode.BadHeader, """{"type":"notice"}""" },
        { ErrorCode.BadHeader, """{"type":"window","channel":1,"stream":"\ud800x","limit":1}""" },
        { ErrorCode.BadHash, """{"type":"ping","size":1,"hash":"crc32c:00000000"}a""" },
        { ErrorCode.BadSize, """{"type":"ping","id":1,"size":1,"hash":"crc32c:c1d04330"}a""" },
        { ErrorCode.OutOfOrder, """{"type":"open","channel":1,"request":"get","path":"x"}""" },
        { ErrorCode.BadSize, """{"type":"data","channel":1,"stream":"file","offset":0,"size":999999999,"hash":"crc32c:00000000"}""" },
    };

    [Theory]
    [MemberData(nameof(BadOnAChannel))]
    public async Task Bad_frame_on_a_channel_ends_only_that_channel(string code, string frame)
    {
        await using var raw = RawServer.Start();
        Channel bad = raw.Open(window: 100), good = raw.Open(window: 100);
        await raw.SendAsync(frame);
        var failure = await Assert.ThrowsAsync<ChannelException>(() => bad.ReceiveAsync().Within());
        Assert.Equal(code, failure.Code);
        Assert.Contains($"\"code\":\"{code}\"", await raw.ReadAsync("error"));
        await raw.SendAsync("""{"type":"opened","channel":3}""");
        Assert.IsType<OpenedMessage>(await good.ReceiveAsync().Within());
    }

    [Theory]
    [MemberData(nameof(BadOnTheConnection))]
    public async Task Bad_frame_on_the_connection_ends_it_after_an_error(string code, string frame)
    {
        await using var raw = RawServer.Start();
        Channel channel = raw.Open(window: 100);
        await raw.SendAsync(frame);
        Assert.Equal(code, (await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Within())).Reason.Code);
        Assert.Contains($"\"code\":\"{code}\"", await raw.ReadAsync("error"));
    }

    [Fact]
    public async Task Fields_of_other_frames_are_ignored()
    {
        await using var raw = RawServer.Start();
        Channel channel = raw.Open(window: 100);
        await raw.SendAsync("""{"type":"window","channel":1,"stream":"file","limit":5,"total":"x","digest":7,"offset":-1}""");
        await raw.SendAsync("""{"type":"opened","channel":1}""");
        Assert.IsType<OpenedMessage>(await channel.ReceiveAsync().Within());
    }

    [Fact]
    public async Task Data_beyond_the_window_ends_the_channel()
    {
        await using var raw = RawServer.Start();
        Channel channel = raw.Open(window: 3);
        await raw.SendBytesAsync(RawPeer.Data(1, "file", 0, "abcd"u8.ToArray()));
        Assert.Equal(ErrorCode.WindowOverrun, (await Assert.ThrowsAsync<ChannelException>(() => channel.ReceiveAsync().Within())).Code);
    }

    [Fact]
    public async Task First_frame_must_be_hello()
    {
        await using var raw = RawServer.Start(greet: false);
        Channel channel = raw.Open(window: 3);
        await raw.SendAsync("""{"type":"ping","id":1}""");
        var error = await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Within());
        Assert.Equal(ErrorCode.OutOfOrder, error.Reason.Code);
    }

    [Fact]
    public async Task Frame_before_hello_must_be_small()
    {
        await using var raw = RawServer.Start(greet: false);
        Channel channel = raw.Open(window: 3);
        await raw.SendBytesAsync(BitConverter.GetBytes(20_000));
        var error = await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Within());
        Assert.Equal(ErrorCode.BadHeaderLength, error.Reason.Code);
    }

    [Fact]
    public async Task Frame_for_an_unknown_channel_is_answered_and_for_a_closed_one_dropped()
    {
        await using var raw = RawServer.Start();
        Channel channel = raw.Open(window: 3);
        await channel.DisposeAsync();
        await raw.SendAsync("""{"type":"opened","channel":1}""");
        await raw.SendAsync("""{"type":"opened","channel":77}""");
        string error = await raw.ReadAsync("error");
        Assert.True(error.Contains("\"channel\":77"), error);
        Assert.Contains(ErrorCode.UnknownChannel, error);
        Assert.Null(raw.Connection.Reason);
    }

    [Fact]
    public async Task Failed_channel_sends_nothing_more()
    {
        await using var pair = ConnectionPair.Create();
        Channel client = pair.Client.Open(new GetRequest { Path = "x" }, _ => { });
        Channel server = await pair.AcceptAsync();
        server.Fail(new(ErrorCode.Internal, "oops", "try again"));
        server.Post(new ResultMessage { Outcome = Outcome.Exited });
        pair.Server.Post(new NoticeMessage { Text = "after" });
        await Waiting.Until(() => !pair.Notices.IsEmpty, "all of it came");
        var failure = await Assert.ThrowsAsync<ChannelException>(() => client.ReceiveAsync().Within());
        Assert.Equal(("oops", "try again"), (failure.Message, failure.Hint));
    }

    [Fact]
    public async Task Ping_is_answered_with_its_number()
    {
        await using var raw = RawServer.Start();
        await raw.SendAsync("""{"type":"ping","id":42}""");
        Assert.Contains("\"id\":42", await raw.ReadAsync("pong"));
    }

    [Fact]
    public async Task Silent_peer_gets_pings_and_then_the_connection_ends()
    {
        var options = new ConnectionOptions
        {
            KeepaliveInterval = TimeSpan.FromMilliseconds(20),
            KeepaliveTimeout = TimeSpan.FromMilliseconds(100),
        };
        await using var raw = RawServer.Start(options: options);
        Channel channel = raw.Open(window: 3);
        await raw.ReadAsync("ping");
        Assert.Equal(ErrorCode.Silent, (await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Within())).Reason.Code);
    }

    [Fact]
    public async Task Goodbye_carries_its_reason_and_an_end_without_it_is_a_loss()
    {
        await using (var pair = ConnectionPair.Create())
        {
            await pair.Server.CloseAsync(new GoodbyeMessage { Reason = "time to sleep" }).Within();
            await Waiting.Until(() => pair.Client.Reason is not null, "the client heard");
            Assert.Equal(new(CloseReason.Goodbye, "time to sleep"), pair.Client.Reason);
        }

        await using var raw = RawServer.Start();
        await raw.Stream.DisposeAsync();
        await Waiting.Until(() => raw.Connection.Reason is not null, "the end is seen");
        Assert.Equal(CloseReason.Lost, raw.Connection.Reason!.Code);
    }

    [Fact]
    public async Task Last_messages_reach_a_peer_that_goes_on_sending_for_a_channel_that_was_left()
    {
        const int Flood = 64, Size = 60_000;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<Socket> accepting = listener.AcceptSocketAsync();
        NetworkStream near = await RawPeer.TcpAsync((IPEndPoint)listener.LocalEndpoint);
        await using var far = new NetworkStream(await accepting.Within(), ownsSocket: true);
        var options = new ConnectionOptions { CloseGrace = Waiting.Limit };
        Connection connection = Connection.StartClient(near, options, new());
        await far.WriteAsync(RawPeer.Frame(RawPeer.Hello));
        Channel channel = connection.Open(
            new GetRequest { Path = "x" }, opened => opened.AddIncoming("file", Flood * Size, "crc32c"));
        await far.WriteAsync(RawPeer.Frame("""{"type":"opened","channel":1}"""));
        Assert.IsType<OpenedMessage>(await channel.ReceiveAsync().Within());

        channel.Fail(new(CloseReason.Goodbye, "enough"));
        Task closing = connection.DisposeAsync().AsTask();
        for (int i = 0; i < Flood; i++)
            await far.WriteAsync(RawPeer.Data(1, "file", i * Size, new byte[Size])).AsTask().Within();
        var types = new List<string>();
        using (var reader = new FrameReader(far, FrameLimits.Default))
        {
            while (types.LastOrDefault() != "goodbye" && await reader.ReadAsync().Within() is { } frame)
                types.Add(frame.Envelope.Type);
        }

        Assert.Equal(["error", "goodbye"], types[^2..]);
        Assert.False(closing.IsCompleted);
        await far.DisposeAsync();
        await closing.Within();
    }

    [Fact]
    public async Task Channels_over_the_limit_are_refused_and_the_others_continue()
    {
        await using var pair = ConnectionPair.Create(options: new() { MaxChannels = 2 });
        Channel[] channels = [.. Enumerable.Range(0, 3).Select(_ => pair.Client.Open(new GetRequest { Path = "x" }, _ => { }))];
        RefusedMessage refused = Assert.IsType<RefusedMessage>(await channels[2].ReceiveAsync().Within());
        Assert.Equal(ErrorCode.Limit, refused.Code);
        Channel first = await pair.AcceptAsync();
        first.Post(new OpenedMessage());
        Assert.IsType<OpenedMessage>(await channels[0].ReceiveAsync().Within());
    }

    [Fact]
    public async Task Channels_opened_concurrently_reach_the_peer_in_order_of_their_numbers()
    {
        await using var pair = ConnectionPair.Create(options: new() { MaxChannels = 100_000 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
                pair.Client.Open(new GetRequest { Path = "x" }, _ => { });
        }))).Within();
        for (int i = 0; i < 4000; i++)
            Assert.Equal((uint)(1 + (2 * i)), (await pair.AcceptAsync()).Id);
        Assert.Null(pair.Server.Reason);
    }

    [Fact]
    public async Task Every_channel_ends_with_its_connection_even_one_opened_at_that_moment()
    {
        for (int round = 0; round < 200; round++)
        {
            var pair = ConnectionPair.Create(options: new() { CloseGrace = TimeSpan.FromMilliseconds(1) });
            Task opening = Task.Run(() =>
            {
                for (int i = 0; i < 20; i++)
                    pair.Client.Open(new GetRequest { Path = "x" }, _ => { });
            });
            await pair.Server.CloseAsync(new GoodbyeMessage()).Within();
            await opening.Within();
            await pair.DisposeAsync();
            while (await pair.TryAcceptAsync() is { } channel)
                Assert.True(channel.Ended.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task Unknown_request_reaches_its_handler_by_name()
    {
        var opened = new TaskCompletionSource<OpenRequest>();
        (MemoryDuplex a, MemoryDuplex b) = MemoryDuplex.CreatePair();
        await using var server = Connection.StartServer(b, new(), new() { ChannelOpened = (_, open) => opened.SetResult(open) });
        await a.WriteAsync(RawPeer.Frame(RawPeer.Hello));
        await a.WriteAsync(RawPeer.Frame("""{"type":"open","channel":3,"request":"dance","steps":3}"""));
        Assert.Equal("dance", Assert.IsType<UnknownRequest>(await opened.Task.Within()).Request);
        await a.DisposeAsync();
    }

    [Fact]
    public async Task Bytes_before_opened_are_refused()
    {
        (MemoryDuplex a, MemoryDuplex b) = MemoryDuplex.CreatePair(writesUnderWay: 1000);
        var options = new ConnectionOptions { CloseGrace = TimeSpan.FromMilliseconds(100) };
        await using var server = Connection.StartServer(b, options, new() { ChannelOpened = (_, _) => { } });
        await a.WriteAsync(RawPeer.Frame(RawPeer.Hello));
        await a.WriteAsync(RawPeer.Frame("""{"type":"open","channel":1,"request":"get","path":"x"}"""));
        await a.WriteAsync(RawPeer.Data(1, "stdin", 0, "a"u8.ToArray()));
        using var reader = new FrameReader(a, FrameLimits.Default);
        Assert.Equal("hello", (await reader.ReadAsync().Within())!.Value.Envelope.Type);
        string error = Encoding.UTF8.GetString((await reader.ReadAsync().Within())!.Value.Header.Span);
        Assert.Contains($"\"code\":\"{ErrorCode.OutOfOrder}\"", error);
        await a.DisposeAsync();
    }

    [Fact]
    public async Task Bytes_of_an_unknown_stream_after_opened_are_refused()
    {
        (MemoryDuplex a, MemoryDuplex b) = MemoryDuplex.CreatePair(writesUnderWay: 1000);
        var options = new ConnectionOptions { CloseGrace = TimeSpan.FromMilliseconds(100) };
        var handlers = new FrameHandlers { ChannelOpened = (channel, _) => channel.Post(new OpenedMessage()) };
        await using var server = Connection.StartServer(b, options, handlers);
        await a.WriteAsync(RawPeer.Frame(RawPeer.Hello));
        await a.WriteAsync(RawPeer.Frame("""{"type":"open","channel":1,"request":"get","path":"x"}"""));
        await a.WriteAsync(RawPeer.Data(1, "stdin", 0, "a"u8.ToArray()));
        using var reader = new FrameReader(a, FrameLimits.Default);
        Assert.Equal("hello", (await reader.ReadAsync().Within())!.Value.Envelope.Type);
        Assert.Equal("opened", (await reader.ReadAsync().Within())!.Value.Envelope.Type);
        string error = Encoding.UTF8.GetString((await reader.ReadAsync().Within())!.Value.Header.Span);
        Assert.Contains($"\"code\":\"{ErrorCode.UnknownStream}\"", error);
        await a.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Number_of_a_new_channel_must_be_above_those_of_closed_channels(int number)
    {
        (MemoryDuplex a, MemoryDuplex b) = MemoryDuplex.CreatePair(writesUnderWay: 1000);
        var options = new ConnectionOptions { CloseGrace = TimeSpan.FromMilliseconds(100) };
        var handlers = new FrameHandlers { ChannelOpened = (channel, _) => channel.Finish(new OpenedMessage()) };
        await using var server = Connection.StartServer(b, options, handlers);
        await a.WriteAsync(RawPeer.Frame(RawPeer.Hello));
        await a.WriteAsync(RawPeer.Frame("""{"type":"open","channel":3,"request":"get","path":"x"}"""));
        await a.WriteAsync(RawPeer.Frame($$"""{"type":"open","channel":{{number}},"request":"get","path":"x"}"""));
        await Waiting.Until(() => server.Reason is not null, "the connection has ended");
        Assert.Equal(ErrorCode.OutOfOrder, server.Reason!.Code);
        Assert.Contains("must be odd and above 3", server.Reason.Text);
        await a.DisposeAsync();
    }

    [Fact]
    public async Task Peer_cannot_report_a_loss_of_the_connection()
    {
        await using var raw = RawServer.Start();
        Channel channel = raw.Open(window: 100);
        await raw.SendAsync($$"""{"type":"error","code":"{{CloseReason.Lost}}","text":"it looks like a loss"}""");
        var failure = await Assert.ThrowsAsync<ConnectionException>(() => channel.ReceiveAsync().Within());
        Assert.Equal(ErrorCode.Internal, failure.Reason.Code);
        Assert.False(failure.Reason.IsLoss);
    }

    [Fact]
    public async Task Message_too_long_for_the_peer_has_its_text_cut_off()
    {
        await using var pair = ConnectionPair.Create(options: new() { Limits = new() { MaxHeader = HelloLimits.MinHeader } });
        await pair.Server.PeerHello.Within();
        // Six bytes for each character are the most that JSON takes.
        string longest = new('\u0001', 100_000);
        Channel client = pair.Client.Open(new GetRequest { Path = "x" }, _ => { });
        Channel server = await pair.AcceptAsync();
        pair.Server.Post(new NoticeMessage { Text = longest });
        server.Refuse(ErrorCode.BadRequest, longest, longest);
        Assert.InRange(Assert.IsType<RefusedMessage>(await client.ReceiveAsync().Within()).Text.Length, 1000, 2000);
        Assert.InRange(Assert.Single(pair.Notices).Length, 1000, 2000);
        Assert.Null(pair.Client.Reason);
    }

    [Fact]
    public async Task Request_too_long_for_the_peer_is_not_sent()
    {
        await using var pair = ConnectionPair.Create(options: new() { Limits = new() { MaxHeader = HelloLimits.MinHeader } });
        await pair.Client.PeerHello.Within();
        var request = new GetRequest { Path = new('x', 100_000) };
        Assert.Equal(
            ErrorCode.BadHeaderLength, Assert.Throws<ChannelException>(() => pair.Client.Open(request, _ => { })).Code);
        pair.Client.Open(new GetRequest { Path = "x" }, _ => { });
        await pair.AcceptAsync();
        Assert.Null(pair.Client.Reason);
    }

    [Fact]
    public async Task Bodies_are_as_small_as_the_peer_wants()
    {
        await using var pair = ConnectionPair.Create(options: new() { Limits = new() { MaxBody = HelloLimits.MinBody } });
        await pair.Server.PeerHello.Within();
        (IncomingStream incoming, OutgoingStream outgoing) = await pair.OpenStreamAsync();
        await outgoing.WriteAsync(new byte[10_000]).Within();
        outgoing.End();
        await incoming.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken).Within();
        Assert.Equal(10_000, incoming.Taken.Total);
    }

    [Fact]
    public async Task Long_message_of_the_day_fits_into_a_hello()
    {
        await using var pair = ConnectionPair.Create(options: new() { MessageOfTheDay = new('\u0001', 100_000) });
        Assert.InRange((await pair.Client.PeerHello.Within()).Motd!.Length, 2000, 3000);
    }

    // The peer of a client's connection. It can send what a real server does not.
    private sealed class RawServer : IAsyncDisposable
    {
        private readonly FrameReader _reader;

        private RawServer(MemoryDuplex stream, Connection connection)
        {
            (Stream, Connection) = (stream, connection);
            _reader = new(stream, FrameLimits.Default);
        }

        public MemoryDuplex Stream { get; }

        public Connection Connection { get; }

        public static RawServer Start(bool greet = true, ConnectionOptions? options = null)
        {
            (MemoryDuplex client, MemoryDuplex server) = MemoryDuplex.CreatePair(writesUnderWay: 1000);
            options ??= new() { CloseGrace = TimeSpan.FromMilliseconds(100) };
            var raw = new RawServer(server, Connection.StartClient(client, options, new()));
            if (greet)
                server.Write(RawPeer.Frame(RawPeer.Hello));
            return raw;
        }

        public Channel Open(long window)
            => Connection.Open(new GetRequest { Path = "x" }, channel => channel.AddIncoming("file", window, "crc32c"));

        public Task SendBytesAsync(byte[] bytes) => Stream.WriteAsync(bytes).Within();

        // Sends a frame. If it has a body, the body follows the header in the text.
        public Task SendAsync(string frame)
        {
            int end = frame.LastIndexOf('}') + 1;
            return SendBytesAsync(end == 0 || frame.EndsWith(' ')
                ? RawPeer.Frame(frame)
                : RawPeer.Frame(frame[..end], Encoding.UTF8.GetBytes(frame[end..])));
        }

        public async Task<string> ReadAsync(string type)
        {
            while (await _reader.ReadAsync().Within() is { } frame)
                if (frame.Envelope.Type == type)
                    return Encoding.UTF8.GetString(frame.Header.Span);
            throw new EndOfStreamException($"no '{type}' came");
        }

        public async ValueTask DisposeAsync()
        {
            await Stream.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
