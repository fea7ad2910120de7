using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Channels;

public class ByteStreamTests
{
    [Theory]
    [InlineData(1, "crc32c")]
    [InlineData(2, "sha256")]
    [InlineData(3, "crc32c")]
    [InlineData(4, "crc32c")]
    public async Task Stream_delivers_the_sent_bytes_however_the_network_splits_them(int seed, string digest)
    {
        var faults = new Faults { MaxRead = 700, MaxWrite = 900, Seed = seed, Yield = true };
        await using var pair = ConnectionPair.Create(faults, faults with { Seed = seed + 100 });
        var random = new Random(seed);
        foreach (int size in new[] { 0, 1, 65_535, 65_536, 65_537, 1_000_000 })
        {
            byte[] sent = Bytes(size, seed);
            (IncomingStream incoming, OutgoingStream outgoing) = await pair.OpenStreamAsync(window: 70_000, digest);
            var received = new MemoryStream();
            Task copying = incoming.CopyToAsync(received);
            for (int at = 0; at < size;)
            {
                int piece = Math.Min(size - at, random.Next(1, 200_000));
                await outgoing.WriteAsync(sent.AsMemory(at, piece)).Within();
                at += piece;
            }

            outgoing.End();
            await copying.Within();
            Assert.Equal(sent, received.ToArray());
            Assert.Equal(outgoing.Sent, incoming.Taken);
            Assert.StartsWith(digest, incoming.Taken.Digest);
        }
    }

    [Fact]
    public async Task Cut_stream_never_looks_like_a_complete_one()
    {
        byte[] sent = Bytes(300_000, 1);
        // Cut at every place: inside lengths, headers and bodies, and between frames.
        for (int cut = 0; cut < 1000; cut++)
            await CutAsync(sent, cut * 307L);
    }

    [Fact]
    public async Task Small_answer_does_not_wait_for_a_bulk_stream_on_the_same_connection()
    {
        // The test is the peer and reads frame by frame. So only the order on the wire counts, not the time.
        (MemoryDuplex peer, MemoryDuplex own) = MemoryDuplex.CreatePair(writesUnderWay: 1);
        var opened = System.Threading.Channels.Channel.CreateUnbounded<Channel>();
        var options = new ConnectionOptions { CloseGrace = TimeSpan.FromMilliseconds(1) };
        Connection server = Connection.StartServer(own, options, new() { ChannelOpened = (channel, _) => opened.Writer.TryWrite(channel) });
        await peer.WriteAsync(RawPeer.Frame(RawPeer.Hello)).Within();
        byte[] first = RawPeer.Frame("""{"type":"open","channel":1,"request":"get","path":"x"}""");
        byte[] second = RawPeer.Frame("""{"type":"open","channel":3,"request":"get","path":"x"}""");
        await peer.WriteAsync((byte[])[.. first, .. second]).Within();
        OutgoingStream bulk = (await opened.Reader.ReadAsync().Within()).AddOutgoing("file", long.MaxValue, "crc32c");
        OutgoingStream small = (await opened.Reader.ReadAsync().Within()).AddOutgoing("file", long.MaxValue, "crc32c");
        using var reader = new FrameReader(peer, FrameLimits.Default);
        Task flooding = Task.Run(async () =>
        {
            while (true)
                await bulk.WriteAsync(new byte[100_000]);
        });

        for (int answer = 0; answer < 20; answer++)
        {
            while (await ReadChannelAsync(reader) != 1)
            {
            }

            Task sent = small.WriteAsync(new byte[10]).AsTask();
            int passed = 0;
            while (await ReadChannelAsync(reader) != 3)
                passed++;
            // Frames in the pair's queue, the frame that is being written, and those taken before.
            Assert.InRange(passed, 0, 5);
            await sent.Within();
        }

        await peer.DisposeAsync();
        own.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => flooding.Within());
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Many_concurrent_streams_all_arrive()
    {
        await using var pair = ConnectionPair.Create();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            byte[] sent = Bytes(i * 10_000, i);
            (IncomingStream incoming, OutgoingStream outgoing) = await OpenAsync(pair);
            var received = new MemoryStream();
            Task copying = incoming.CopyToAsync(received);
            await outgoing.WriteAsync(sent).Within();
            outgoing.End();
            await copying.Within();
            Assert.Equal(sent, received.ToArray());
        })).Within();
    }

    private static async Task<uint> ReadChannelAsync(FrameReader reader)
    {
        ReceivedFrame frame = (await reader.ReadAsync().Within())!.Value;
        frame.Body.Dispose();
        return frame.Envelope.Channel;
    }

    private static readonly SemaphoreSlim Opening = new(1);

    // The server accepts channels in the client's order. Opening one at a time keeps each pair together.
    private static async Task<(IncomingStream In, OutgoingStream Out)> OpenAsync(ConnectionPair pair)
    {
        await Opening.WaitAsync();
        try
        {
            return await pair.OpenStreamAsync();
        }
        finally
        {
            Opening.Release();
        }
    }

    private static async Task CutAsync(byte[] sent, long cut)
    {
        var options = new ConnectionOptions { CloseGrace = TimeSpan.FromMilliseconds(1) };
        await using var pair = ConnectionPair.Create(client: new() { CutAfterRead = cut }, options: options);
        IncomingStream? incoming = null;
        pair.Client.Open(new GetRequest { Path = "x" }, channel => incoming = channel.AddIncoming("file", 1024 * 1024, "crc32c"));
        var received = new MemoryStream();
        Task copying = incoming!.CopyToAsync(received);
        Task sending = SendAsync(pair, sent);
        try
        {
            await copying.Within();
            // The cut came after the end, so all bytes must have arrived.
            Assert.Equal(sent, received.ToArray());
        }
        catch (ConnectionException)
        {
            Assert.True(received.Length <= sent.Length);
            Assert.True(received.ToArray().AsSpan().SequenceEqual(sent.AsSpan(0, (int)received.Length)));
        }

        await pair.DisposeAsync();
        await sending.Within();
    }

    private static async Task SendAsync(ConnectionPair pair, byte[] bytes)
    {
        try
        {
            Channel server = await pair.AcceptAsync(pair.Client.Ended);
            OutgoingStream outgoing = server.AddOutgoing("file", 1024 * 1024, "crc32c");
            await outgoing.WriteAsync(bytes);
            outgoing.End();
        }
        catch (Exception e) when (e is IOException or RemoteShellException or OperationCanceledException)
        {
            // The cut came before the end.
        }
    }

    private static byte[] Bytes(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public async Task Discarded_stream_frees_its_bytes_and_counts_them_as_consumed()
    {
        await using var pair = ConnectionPair.Create();
        (IncomingStream incoming, OutgoingStream outgoing) = await pair.OpenStreamAsync();
        await outgoing.WriteAsync(new byte[1000]).Within();
        await Waiting.Until(() => incoming.Position()!.From == 1000, "the bytes have arrived");
        incoming.Fail(new IOException("the consumer has stopped"));
        incoming.Discard();
        Assert.Equal(1000 + incoming.Window, incoming.Position()!.Limit);
        await Assert.ThrowsAsync<IOException>(() => incoming.ReadAsync().Within());
    }

    [Fact]
    public async Task Limit_that_arrives_before_its_stream_is_added_is_kept()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        var incoming = new IncomingStream("file", 10, "crc32c");
        Channel client = pair.Client.Open(new GetRequest { Path = "x" }, channel => channel.AddIncoming(incoming));
        Channel server = await pair.AcceptAsync();
        OutgoingStream first = server.AddOutgoing("file", 10, "crc32c");
        await first.WriteAsync(new byte[10]).AsTask().Within();
        incoming.Return(await incoming.ReadAsync().Within());
        // Another stream of that name, added after its limit arrived: the message behind the limit shows that.
        var later = new IncomingStream("later", 10, "crc32c");
        client.AddIncoming(later);
        PendingLimit(client, "later", 25);
        client.Post(new SignalMessage { Name = "USR1" });
        await server.ReceiveAsync().AsTask().Within();
        OutgoingStream begun = server.AddOutgoing("later", 10, "crc32c");
        await begun.WriteAsync(new byte[25]).AsTask().Within();
    }

    // With a larger window, the same limit acknowledges fewer bytes: the peer may still ask for the others.
    [Fact]
    public async Task Limit_acknowledges_by_the_size_of_the_grown_window()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        Channel client = pair.Client.Open(new GetRequest { Path = "x" }, _ => { });
        Channel server = await pair.AcceptAsync();
        using var log = new ReplayBuffer(100);
        (await log.GetMemoryAsync(default)).Span[..300].Clear();
        log.Commit(300);
        await log.ReadAsync(default);
        log.Advance(300);
        server.AddOutgoing("file", new SendWindow(1000), new StreamDigest("crc32c"), log, size: 100);
        PendingLimit(client, "file", 350, window: 200);
        PendingLimit(client, "file", 400, window: 300);
        PendingLimit(client, "file", 450);
        client.Post(new SignalMessage { Name = "USR1" });
        await server.ReceiveAsync().AsTask().Within();
        Assert.Equal(150, log.Start);

        PendingLimit(client, "file", 500, window: ReceiveWindow.MaxSize + 1);
        Assert.Contains("window", (await Assert.ThrowsAsync<ChannelException>(() => client.ReceiveAsync().AsTask().Within())).Message);
    }

    private static void PendingLimit(Channel channel, string stream, long limit, long? window = null)
    {
        var header = new Protocol.Frames.FrameBuffer(initialCapacity: 0);
        Protocol.Messages.StreamHeader.WriteWindow(header, channel.Id, stream, limit, window);
        channel.Sender.Post(header);
    }
}
