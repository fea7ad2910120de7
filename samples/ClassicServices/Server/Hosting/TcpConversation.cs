using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Hosting;

/// <summary>A peer on a TCP connection.</summary>
internal sealed class TcpConversation(Socket socket, IPEndPoint peer, TimeSpan gap, TimeSpan? idleTimeout)
    : Conversation(peer, gap), IAsyncDisposable
{
    private const int ReadSize = 2048;
    private const int MaxSendBytes = 64 * 1024;

    // Bytes that may wait for a slow peer, in addition to the system's buffers.
    private const int MaxQueuedBytes = 1024 * 1024;

    // A peer whose queue stays full for this long is too slow.
    private static readonly TimeSpan SlowTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly byte[] _received = new byte[ReadSize];
    private readonly CancellationTokenSource _dropped = new();
    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private Task? _sending;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _queuedBytes;

    public override async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // A peer that does not read is idle, like one that does not write.
            using var time = CancellationTokenSource.CreateLinkedTokenSource(_dropped.Token);
            if (idleTimeout is { } longest)
                time.CancelAfter(longest);
            bytes = bytes[await socket.SendAsync(bytes, time.Token)..];
        }
    }

    public override async Task<bool> EnqueueAsync(ReadOnlyMemory<byte> bytes)
    {
        long end = Environment.TickCount64 + (long)SlowTimeout.TotalMilliseconds;
        while (true)
        {
            Task progress;
            lock (_gate)
            {
                // A dropped peer counts as served. An empty queue takes a message of any size.
                if (_dropped.IsCancellationRequested || _queuedBytes + bytes.Length <= MaxQueuedBytes || _queuedBytes == 0)
                {
                    _sending ??= Task.Run(SendQueueAsync);
                    if (_queue.Writer.TryWrite(bytes))
                        _queuedBytes += bytes.Length;
                    return true;
                }

                progress = _progress.Task;
            }

            long left = end - Environment.TickCount64;
            if (left <= 0 || await Task.WhenAny(progress, Task.Delay(TimeSpan.FromMilliseconds(left))) != progress)
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

    /// <summary>Sends the queue, ends this side, and closes when the peer has ended its side too, or after a second.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_dropped.Token);
        time.CancelAfter(CloseTimeout);
        try
        {
            if (_sending is not null)
                await _sending.WaitAsync(time.Token);
            socket.Shutdown(SocketShutdown.Send);
            // To close a socket with unread bytes would reset the connection, and the peer would lose the last answer.
            while (await socket.ReceiveAsync(_received, time.Token) > 0)
            {
                // The bytes are not needed any more.
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The peer is gone, or does not read.
        }

        socket.Dispose();
    }

    protected override async Task<Received> ReceiveAsync(TimeSpan? within, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _dropped.Token);
        if ((within ?? idleTimeout) is { } time)
            ended.CancelAfter(time);
        try
        {
            int count = await socket.ReceiveAsync(_received, ended.Token);
            return count > 0 ? new(_received.AsMemory(0, count)) : Received.End;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && !_dropped.IsCancellationRequested)
        {
            return Received.Timeout;
        }
    }

    private async Task SendQueueAsync()
    {
        try
        {
            // Messages that wait together are sent together.
            var batch = new List<byte>();
            while (await _queue.Reader.WaitToReadAsync(_dropped.Token))
            {
                while (batch.Count < MaxSendBytes && _queue.Reader.TryRead(out ReadOnlyMemory<byte> bytes))
                    batch.AddRange(bytes.Span);
                await SendAsync(batch.ToArray());
                TaskCompletionSource progress;
                lock (_gate)
                {
                    _queuedBytes -= batch.Count;
                    (progress, _progress) = (_progress, new(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                progress.SetResult();
                batch.Clear();
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            Drop();
        }
    }
}
