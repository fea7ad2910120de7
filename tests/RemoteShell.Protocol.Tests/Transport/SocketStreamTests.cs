using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public class SocketStreamTests
{
    private static readonly byte[] OneByte = [1];

    [Fact]
    public async Task Empty_read_does_not_return_for_bytes_that_were_read_already()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        (SocketStream Stream, Socket Peer) other = await ConnectAsync(listener);
        var buffer = new byte[16];
        for (int i = 0; i < 300; i++)
        {
            (SocketStream stream, Socket peer) = await ConnectAsync(listener);
            // The first read waits; the second finds its byte there, before the event that announces it is handled.
            ValueTask<int> first = stream.ReadAsync(buffer, stop);
            peer.Send(OneByte);
            Assert.Equal(1, await first.AsTask().Within());
            peer.Send(OneByte);
            Assert.Equal(1, await stream.ReadAsync(buffer, stop).AsTask().Within());

            Task<int> empty = stream.ReadAsync(Memory<byte>.Empty, stop).AsTask();
            // Events are handled in order: after this one, those of the other socket are over.
            ValueTask<int> later = other.Stream.ReadAsync(buffer, stop);
            other.Peer.Send(OneByte);
            Assert.Equal(1, await later.AsTask().Within());
            Assert.False(empty.IsCompleted, $"connection {i}: the empty read returned, and there is nothing to read");

            peer.Send(OneByte);
            Assert.Equal(0, await empty.Within());
            Assert.Equal(1, await stream.ReadAsync(buffer, stop).AsTask().Within());
            peer.Dispose();
            await stream.DisposeAsync();
        }

        other.Peer.Dispose();
        await other.Stream.DisposeAsync();
    }

    [Fact]
    public async Task Empty_read_returns_at_the_end_and_when_the_stream_is_closed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        (SocketStream stream, Socket peer) = await ConnectAsync(listener);
        Task<int> empty = stream.ReadAsync(Memory<byte>.Empty, stop).AsTask();
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await empty.Within());
        Assert.Equal(0, await stream.ReadAsync(new byte[1], stop).AsTask().Within());
        await stream.DisposeAsync();
        peer.Dispose();

        (stream, peer) = await ConnectAsync(listener);
        empty = stream.ReadAsync(Memory<byte>.Empty, stop).AsTask();
        await stream.DisposeAsync();
        // It may see the end of the connection before it sees that the stream is closed. The next read tells.
        await Task.WhenAny(empty).Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[1], stop).AsTask().Within());
        peer.Dispose();
    }

    private static async Task<(SocketStream Stream, Socket Peer)> ConnectAsync(TcpListener listener)
    {
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Task<Socket> accepted = listener.AcceptSocketAsync(TestContext.Current.CancellationToken).AsTask();
        await peer.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken).AsTask().Within();
        return (new(await accepted.Within()), peer);
    }
}
