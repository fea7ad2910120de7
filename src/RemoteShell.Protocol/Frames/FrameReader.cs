using System.Runtime.CompilerServices;

namespace RemoteShell.Protocol.Frames;

/// <summary>Reads frames from a stream, one at a time, for one reader.</summary>
/// <remarks>It reads a large body directly into the array that the receiver keeps.</remarks>
public sealed class FrameReader : IDisposable
{
    // One TLS record: a secure stream returns at most this much per read.
    private const int ReadAhead = 16 * 1024;

    private readonly Stream _stream;
    private PooledBytes _buffer;
    private int _start;
    private int _end;
    private long _bytesRead;

    /// <summary>Reads from <paramref name="stream"/>. The caller disposes the stream.</summary>
    public FrameReader(Stream stream, FrameLimits limits) => (_stream, Limits) = (stream, limits);

    /// <summary>The limits for the next frames. May change between two reads.</summary>
    public FrameLimits Limits { get; set; }

    /// <summary>Number of bytes read so far. Thread-safe.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Puts bytes before those of the stream. Called before the first read.</summary>
    public void PutBack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        _buffer = PooledBytes.Rent(bytes.Length);
        bytes.CopyTo(_buffer.Memory.Span);
        (_start, _end) = (0, bytes.Length);
    }

    /// <summary>Reads the next frame. Returns null if the stream ends between two frames.</summary>
    /// <exception cref="FrameException">The bytes are not a frame, or the stream ended inside one.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedFrame?> ReadAsync(CancellationToken cancellationToken = default)
    {
        FrameEnvelope envelope;
        int needed;
        while (!FrameCodec.TryReadHeader(_buffer.Memory.Span[_start.._end], Limits, out envelope, out needed))
        {
            if (_start == _end)
                await WaitAsync(cancellationToken).ConfigureAwait(false);
            MakeRoom(needed);
            int read = await _stream.ReadAsync(_buffer.Memory[_end..], cancellationToken).ConfigureAwait(false);
            if (read == 0 && _start == _end)
                return null;
            if (read == 0)
                throw new FrameException(ErrorCode.Truncated, "the stream ended inside a frame's header");
            _end += read;
            Volatile.Write(ref _bytesRead, _bytesRead + read);
        }

        ReadOnlyMemory<byte> header = _buffer.Memory[(_start + FrameCodec.PrefixLength)..(_start + needed)];
        _start += needed;
        if (envelope.Size == 0)
            return new ReceivedFrame(envelope, header, default, IsIntact: true);

        PooledBytes body = await ReadBodyAsync(envelope.Size, cancellationToken).ConfigureAwait(false);
        return new ReceivedFrame(envelope, header, body, Checksum.Of(body.Memory.Span) == envelope.Hash);
    }

    // A connection may be idle for days between two frames. It waits with an empty read, so that neither this reader nor the stream
    // below holds a buffer.
    private ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        _buffer.Dispose();
        (_buffer, _start, _end) = (default, 0, 0);
        return _stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<PooledBytes> ReadBodyAsync(int size, CancellationToken cancellationToken)
    {
        PooledBytes body = PooledBytes.Rent(size);
        try
        {
            int buffered = Math.Min(size, _end - _start);
            _buffer.Memory.Slice(_start, buffered).CopyTo(body.Memory);
            _start += buffered;
            for (int have = buffered; have < size;)
            {
                int read = await _stream.ReadAsync(body.Memory[have..], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new FrameException(
                        ErrorCode.Truncated,
                        $"the stream ended inside a frame's body, {size - have} of {size} bytes short");
                have += read;
                Volatile.Write(ref _bytesRead, _bytesRead + read);
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    // The header must be contiguous: move the unread bytes to the front, or into a larger array.
    private void MakeRoom(int needed)
    {
        int have = _end - _start;
        if (_start + needed <= _buffer.Length && _end < _buffer.Length)
            return;
        Memory<byte> rest = _buffer.Memory[_start.._end];
        if (needed > _buffer.Length)
        {
            PooledBytes larger = PooledBytes.Rent(Math.Max(needed, ReadAhead));
            rest.CopyTo(larger.Memory);
            _buffer.Dispose();
            _buffer = larger;
        }
        else
        {
            rest.CopyTo(_buffer.Memory);
        }

        (_start, _end) = (0, have);
    }

    /// <summary>Returns the buffer. No read may be pending.</summary>
    public void Dispose()
    {
        _buffer.Dispose();
        _buffer = default;
        (_start, _end) = (0, 0);
    }
}
