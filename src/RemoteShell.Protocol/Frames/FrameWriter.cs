namespace RemoteShell.Protocol.Frames;

/// <summary>Frames → stream: the one writer of a connection. It gathers what waits into few writes, and takes producers of data in turn.</summary>
/// <remarks>
/// Whoever brings the first frame writes it, on its own thread, and with it whatever the others bring meanwhile: an idle
/// connection has no thread and no task for writing.
/// </remarks>
public sealed class FrameWriter(Stream stream, Action<Exception> onFailure)
{
    /// <summary>Bytes of posted frames that may wait for a peer that does not read: 4 MiB.</summary>
    public const int MaxPosted = 4 * 1024 * 1024;

    private const int GatherUpTo = 64 * 1024;
    private const int CopyBodiesUpTo = 8 * 1024;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abort = new();

    // Under _gate.
    private readonly Queue<WriteSlot> _waiting = new();
    private FrameBuffer _posted = new(initialCapacity: 512);
    private TaskCompletionSource? _idle;
    private Exception? _failure;
    private bool _running;
    private bool _completed;

    // The running loop's own.
    private readonly List<WriteSlot> _taken = [];
    private FrameBuffer _gathered = new(initialCapacity: 512);

    /// <summary>Sends a frame without a body ahead of data that waits; it is kept until it can be written. After the end it is dropped.</summary>
    public void Post(ReadOnlySpan<byte> header)
    {
        bool overflow;
        lock (_gate)
        {
            if (_failure is not null || _completed)
                return;
            _posted.AppendFrame(header);
            overflow = _posted.Length > MaxPosted;
            if (!overflow && _running)
                return;
            _running = true;
        }

        if (overflow)
            Fail(new FrameException(ErrorCode.Overflow, $"the peer has not read for so long that {MaxPosted} bytes of messages wait"));
        else
            _ = WriteWaitingAsync();
    }

    /// <summary>Sends the turn's header and this body when the turn comes. The body must stay as it is until then.</summary>
    /// <exception cref="IOException">The connection ended before the frame was written whole.</exception>
    public ValueTask WriteAsync(WriteSlot turn, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ValueTask written = turn.Begin(body);
        Exception? refused;
        lock (_gate)
        {
            refused = _failure ?? (_completed ? new IOException("the connection is closing") : null);
            if (refused is null)
            {
                _waiting.Enqueue(turn);
                if (_running)
                    return written;
                _running = true;
            }
        }

        if (refused is null)
            _ = WriteWaitingAsync();
        else
            turn.Fail(new IOException("the connection has ended", refused));
        return written;
    }

    /// <summary>Takes nothing more, and returns once everything that was taken is written, or cannot be.</summary>
    public Task CompleteAsync()
    {
        lock (_gate)
        {
            _completed = true;
            if (!_running || _failure is not null)
                return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Gives up whatever waits.</summary>
    public void Abort(Exception cause) => Fail(cause);

    private async Task WriteWaitingAsync()
    {
        try
        {
            while (TakeWaiting())
            {
                foreach (WriteSlot turn in _taken)
                    await GatherAsync(turn).ConfigureAwait(false);
                await WriteGatheredAsync().ConfigureAwait(false);
                await stream.FlushAsync(_abort.Token).ConfigureAwait(false);
                Release(_taken);
            }
        }
        catch (Exception e)
        {
            Fail(e);
            Release(_taken);
        }
    }

    // One frame for each producer at a time: the next large body waits until everybody else had a turn.
    private bool TakeWaiting()
    {
        lock (_gate)
        {
            if (_failure is not null || (_posted.Length == 0 && _waiting.Count == 0))
            {
                _running = false;
                _idle?.TrySetResult();
                return false;
            }

            (_posted, _gathered) = (_gathered, _posted);
            for (int size = _gathered.Length; size < GatherUpTo && _waiting.TryDequeue(out WriteSlot? turn);)
            {
                _taken.Add(turn);
                size += turn.Header.Length + turn.Body.Length;
            }

            return true;
        }
    }

    private async ValueTask GatherAsync(WriteSlot turn)
    {
        _gathered.AppendFrame(turn.Header.Memory.Span);
        if (turn.Body.Length <= CopyBodiesUpTo)
        {
            _gathered.Append(turn.Body.Span);
            return;
        }

        await WriteGatheredAsync().ConfigureAwait(false);
        await stream.WriteAsync(turn.Body, _abort.Token).ConfigureAwait(false);
    }

    private async ValueTask WriteGatheredAsync()
    {
        if (_gathered.Length > 0)
            await stream.WriteAsync(_gathered.Memory, _abort.Token).ConfigureAwait(false);
        _gathered.Clear();
    }

    // A producer goes on from here on this thread, and its next frame finds the loop running: no thread is switched.
    private void Release(List<WriteSlot> turns)
    {
        for (int i = 0; i < turns.Count; i++)
        {
            if (_failure is { } cause)
                turns[i].Fail(new IOException("the connection ended before the frame was written", cause));
            else
                turns[i].Succeed();
        }

        turns.Clear();
    }

    private void Fail(Exception cause)
    {
        WriteSlot[] waiting;
        lock (_gate)
        {
            if (_failure is not null)
                return;
            _failure = cause;
            waiting = [.. _waiting];
            _waiting.Clear();
            _posted.Clear();
            _idle?.TrySetResult();
        }

        _abort.Cancel();
        onFailure(cause);
        foreach (WriteSlot turn in waiting)
            turn.Fail(new IOException("the connection ended before the frame was written", cause));
    }
}
