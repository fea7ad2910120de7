using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ClassicServices.Server.Hosting;

/// <summary>A peer on a TCP connection.</summary>
internal sealed class TcpConversation(Socket socket, IPEndPoint peer, TimeSpan gap, TimeSpan? idleTimeout) : Conversation(peer, gap), IAsyncDisposable
{
    private const int Piece = 2048;
    private const int Together = 64 * 1024;

    // Bytes that wait for a slow peer, beyond what the system holds for it.
    private const int Outbox = 1024 * 1024;

    // One who takes nothing for so long is slow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    private readonly byte[] _piece = new byte[Piece];
    private readonly CancellationTokenSource _dropped = new();
    private readonly Channel<ReadOnlyMemory<byte>> _outbox = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
    private readonly Lock _gate = new();

    // Under _gate.
    private Task? _posting;
    private TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    public override async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // One who does not read is as silent as one who does not write.
            using var time = CancellationTokenSource.CreateLinkedTokenSource(_dropped.Token);
            if (idleTimeout is { } longest)
                time.CancelAfter(longest);
            bytes = bytes[await socket.SendAsync(bytes, time.Token)..];
        }
    }

    public override async Task<bool> PostAsync(ReadOnlyMemory<byte> bytes)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            Task sent;
            lock (_gate)
            {
                // One who is leaving takes it or not.
                if (_dropped.IsCancellationRequested || _waiting + bytes.Length <= Outbox || _waiting == 0)
                {
                    _posting ??= Task.Run(PostAllAsync);
                    if (_outbox.Writer.TryWrite(bytes))
                        _waiting += bytes.Length;
                    return true;
                }

                sent = _sent.Task;
            }

            long left = end - Environment.TickCount64;
            if (left <= 0 || await Task.WhenAny(sent, Task.Delay(TimeSpan.FromMilliseconds(left))) != sent)
                return false;
        }
    }

    public override bool Drop()
    {
        lock (_gate)
        {
            if (_dropped.IsCancellationRequested)
                return false;
            _dropped.Cancel();
            return true;
        }
    }

    /// <summary>Lets go what was posted, says that nothing follows, and closes when the peer has done so too, or does not in time.</summary>
    public async ValueTask DisposeAsync()
    {
        _outbox.Writer.TryComplete();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_dropped.Token);
        time.CancelAfter(LastWait);
        try
        {
            if (_posting is not null)
                await _posting.WaitAsync(time.Token);
            socket.Shutdown(SocketShutdown.Send);
            // Closing over bytes that nobody has read would reset the connection, and take the last answer with it.
            while (await socket.ReceiveAsync(_piece, time.Token) > 0)
            {
                // It is nobody's any more.
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The peer is gone, or does not listen.
        }

        socket.Dispose();
    }

    protected override async Task<Arrival> ReceiveAsync(TimeSpan? within, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _dropped.Token);
        if ((within ?? idleTimeout) is { } time)
            ended.CancelAfter(time);
        try
        {
            return await socket.ReceiveAsync(_piece, ended.Token) is > 0 and int count ? new(_piece.AsMemory(0, count)) : Arrival.End;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && !_dropped.IsCancellationRequested)
        {
            return Arrival.Nothing;
        }
    }

    private async Task PostAllAsync()
    {
        try
        {
            // What waits together is sent together.
            var together = new List<byte>();
            while (await _outbox.Reader.WaitToReadAsync(_dropped.Token))
            {
                while (together.Count < Together && _outbox.Reader.TryRead(out ReadOnlyMemory<byte> bytes))
                    together.AddRange(bytes.Span);
                await SendAsync(together.ToArray());
                TaskCompletionSource sent;
                lock (_gate)
                {
                    _waiting -= together.Count;
                    (sent, _sent) = (_sent, new(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                sent.SetResult();
                together.Clear();
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            Drop();
        }
    }
}
