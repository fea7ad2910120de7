using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Forwarding;

/// <summary>The bytes of a socket of this machine that is forwarded.</summary>
/// <param name="socket">The socket; this stream owns it.</param>
/// <param name="first">Bytes that were read from the socket before; they come first.</param>
/// <param name="ready">Completes when bytes may be written to the socket.</param>
internal sealed class SocketStream(Socket socket, ReadOnlyMemory<byte> first, Task ready) : DuplexStream
{
    // In ms: how long bytes for a peer that neither reads nor sends any more are dropped, before the connection is reset.
    private const long DropTime = 10_000;

    private ReadOnlyMemory<byte> _first = first;
    private ForwardTraffic? _traffic;
    private int _isOver;

    // Whether the peer reads no more.
    private volatile bool _isDeaf;

    // When the peer has ended its direction, in ms.
    private long _endedAt = long.MaxValue / 2;

    /// <summary>Whether the socket has failed: its peer has reset it.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Counts the connection and its bytes from now on.</summary>
    public void CountIn(ForwardTraffic traffic)
    {
        _traffic = traffic;
        traffic.Begin();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.Length > 0)
        {
            int count = Math.Min(buffer.Length, _first.Length);
            _first[..count].CopyTo(buffer);
            _first = _first[count..];
            _traffic?.AddSent(count);
            return count;
        }

        int received = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        _traffic?.AddSent(received);
        if (received == 0)
            _endedAt = Environment.TickCount64;
        return received;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        _traffic?.AddReceived(buffer.Length);
        if (_isDeaf && Environment.TickCount64 - _endedAt > DropTime)
            throw new IOException("the peer has closed the connection");
        try
        {
            while (buffer.Length > 0 && !_isDeaf)
                buffer = buffer[await socket.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
        }
        catch (SocketException e) when (socket.AddressFamily == AddressFamily.Unix && e.SocketErrorCode == SocketError.Shutdown)
        {
            // A peer that reads no more may still send, and what it has sent must arrive. What comes for it is dropped.
            _isDeaf = true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    /// <summary>Ends the direction to the socket's peer. The other one stays open.</summary>
    public async Task EndAsync()
    {
        await ready.ConfigureAwait(false);
        if (_isDeaf)
            return;
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    /// <summary>Closes the socket so that its peer knows that bytes may be missing.</summary>
    public void Reset()
    {
        socket.Close(0);
        StopCounting();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
            StopCounting();
        }

        base.Dispose(disposing);
    }

    private void StopCounting()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
            _traffic?.End();
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    private IOException Broken(Exception cause)
    {
        IsBroken = true;
        return new(cause.Message, cause);
    }
}
