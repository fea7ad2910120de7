namespace RemoteShell.Protocol.Frames;

/// <summary>Writes a connection's frames to its stream. It gathers waiting frames into few writes; producers take turns.</summary>
/// <remarks>
/// The producer of the first frame writes it on its own thread, together with all frames that others add meanwhile. So an idle
/// connection has no thread and no task for writing.
/// </remarks>
public sealed class FrameWriter(Stream stream, Action<Exception> onFailure)
{
    /// <summary>Bytes of posted frames that may wait while the peer does not read: 4 MiB. Above that the connection ends.</summary>
    public const int MaxPosted = 4 * 1024 * 1024;

    private const int GatherUpTo = 64 * 1024;
    private const int CopyBodiesUpTo = 8 * 1024;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abort = new();

    // Guarded by _gate.
    private readonly Queue<WriteSlot> _waiting = new();
    private FrameBuffer _posted = new(initialCapacity: 256);
    private TaskCompletionSource? _drained;
    private Exception? _failure;
    private bool _running;
    private bool _completed;

    // Used only by the running write loop.
    private readonly List<WriteSlot> _taken = [];
    private FrameBuffer _gathered = new(initialCapacity: 256);
    private long _bytesWritten;

    /// <summary>Bytes written so far. Thread-safe.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Bytes of frames that wait to be written. Thread-safe.</summary>
    public long BytesWaiting
    {
        get
        {
            lock (_gate)
                return _posted.Length + _waiting.Sum(slot => (long)slot.Header.Length + slot.Body.Length);
        }
    }

    /// <summary>Queues a frame without a body ahead of waiting data. The frame is dropped if the writer has ended.</summary>
    public void Post(ReadOnlySpan<byte> header)
    {
        if (TryQueue(header, []))
            _ = WriteWaitingAsync();
    }

    /// <summary>Queues a frame as <see cref="Post"/> does, and leaves the writing to another thread.</summary>
    /// <remarks>For a frame that others follow at once: they are gathered into the same write.</remarks>
    public void PostGathered(ReadOnlySpan<byte> header) => PostGathered(header, []);

    /// <summary>Queues a frame with a short body in the same way. The body is copied.</summary>
    public void PostGathered(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        // Behind the requests that this thread has still to begin: their answers are in the same write.
        if (TryQueue(header, body))
            ThreadPool.UnsafeQueueUserWorkItem(static writer => _ = writer.WriteWaitingAsync(), this, preferLocal: false);
    }

    /// <summary>Writes the slot's header and this body when it is the slot's turn. The body must not change until the task ends.</summary>
    /// <exception cref="IOException">The connection ended before the frame was written whole.</exception>
    public ValueTask WriteAsync(WriteSlot slot, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(slot);
        ValueTask written = slot.Begin(body);
        Exception? refused;
        lock (_gate)
        {
            refused = _failure ?? (_completed ? new IOException("the connection is closing") : null);
            if (refused is null)
            {
                _waiting.Enqueue(slot);
                if (_running)
                    return written;
                _running = true;
            }
        }

        if (refused is null)
            _ = WriteWaitingAsync();
        else
            slot.Fail(new IOException("the connection has ended", refused));
        return written;
    }

    /// <summary>Accepts no more frames, and returns once all accepted frames are written or have failed.</summary>
    public Task CompleteAsync()
    {
        lock (_gate)
        {
            _completed = true;
            if (!_running || _failure is not null)
                return Task.CompletedTask;
            _drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Fails all waiting frames.</summary>
    public void Abort(Exception cause) => Fail(cause);

    private async Task WriteWaitingAsync()
    {
        try
        {
            while (TakeWaiting())
            {
                foreach (WriteSlot slot in _taken)
                    await GatherAsync(slot).ConfigureAwait(false);
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

    // Returns whether the caller is to start the writing.
    private bool TryQueue(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        bool overflow;
        lock (_gate)
        {
            if (_failure is not null || _completed)
                return false;
            _posted.AppendFrame(header);
            _posted.Append(body);
            overflow = _posted.Length > MaxPosted;
            if (!overflow && _running)
                return false;
            _running = true;
        }

        if (overflow)
            Fail(new FrameException(ErrorCode.Overflow, $"the peer does not read: {MaxPosted} bytes of messages are waiting"));
        return !overflow;
    }

    // Each producer has at most one frame in the queue, so a producer of large bodies waits until the others had their turn.
    private bool TakeWaiting()
    {
        lock (_gate)
        {
            if (_failure is not null || (_posted.Length == 0 && _waiting.Count == 0))
            {
                _running = false;
                _drained?.TrySetResult();
                return false;
            }

            (_posted, _gathered) = (_gathered, _posted);
            for (int size = _gathered.Length; size < GatherUpTo && _waiting.TryDequeue(out WriteSlot? slot);)
            {
                _taken.Add(slot);
                size += slot.Header.Length + slot.Body.Length;
            }

            return true;
        }
    }

    private async ValueTask GatherAsync(WriteSlot slot)
    {
        _gathered.AppendFrame(slot.Header.Memory.Span);
        if (slot.Body.Length <= CopyBodiesUpTo)
        {
            _gathered.Append(slot.Body.Span);
            return;
        }

        await WriteGatheredAsync().ConfigureAwait(false);
        await stream.WriteAsync(slot.Body, _abort.Token).ConfigureAwait(false);
        Volatile.Write(ref _bytesWritten, _bytesWritten + slot.Body.Length);
    }

    private async ValueTask WriteGatheredAsync()
    {
        if (_gathered.Length > 0)
            await stream.WriteAsync(_gathered.Memory, _abort.Token).ConfigureAwait(false);
        Volatile.Write(ref _bytesWritten, _bytesWritten + _gathered.Length);
        _gathered.Clear();
    }

    // The producer continues on this thread, and its next frame finds the loop running: no thread switch.
    private void Release(List<WriteSlot> slots)
    {
        for (int i = 0; i < slots.Count; i++)
        {
            if (_failure is { } cause)
                slots[i].Fail(new IOException("the connection ended before the frame was written", cause));
            else
                slots[i].Succeed();
        }

        slots.Clear();
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
            _drained?.TrySetResult();
        }

        _abort.Cancel();
        onFailure(cause);
        foreach (WriteSlot slot in waiting)
            slot.Fail(new IOException("the connection ended before the frame was written", cause));
    }
}
