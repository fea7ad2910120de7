using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Server.Broadcasts;

/// <summary>The stream on which a result is awaited. It notices when the other end leaves.</summary>
internal sealed class BroadcastAnswer : IDisposable
{
    private readonly Stream _stream;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationToken _cancelled;
    private Task _watching = Task.CompletedTask;

    private BroadcastAnswer(Stream stream, CancellationToken cancellationToken)
    {
        (_stream, _cancelled) = (stream, cancellationToken);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Ended = _ended.Token;
    }

    /// <summary>Cancelled when the other end has left, or the answer is cancelled.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Begins to watch a stream whose request was read.</summary>
    public static BroadcastAnswer Begin(Stream stream, CancellationToken cancellationToken)
    {
        var answer = new BroadcastAnswer(stream, cancellationToken);
        answer._watching = answer.WatchAsync();
        return answer;
    }

    /// <summary>Writes the result.</summary>
    public async Task WriteAsync(SignedText result)
    {
        await _stream.WriteAsync(result.ToBytes(), _cancelled);
        await _stream.FlushAsync(_cancelled);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _watching.ContinueWith(_ => _ended.Dispose(), TaskScheduler.Default);
    }

    // The other end sends nothing after its request. What it sends all the same ends the answer.
    private async Task WatchAsync()
    {
        try
        {
            await _stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Ended);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has left, or the result was written.
        }

        if (!_ended.IsCancellationRequested)
            await _ended.CancelAsync();
    }
}
