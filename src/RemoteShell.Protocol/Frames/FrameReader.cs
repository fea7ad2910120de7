using System.Runtime.CompilerServices;

namespace RemoteShell.Protocol.Frames;

/// <summary>Stream → frames. One reader, one frame at a time; a large body is read straight into the array that its receiver keeps.</summary>
public sealed class FrameReader : IDisposable
{
    // One TLS record: what a secure stream hands over at once.
    private const int ReadAhead = 16 * 1024;

    private readonly Stream _stream;
    private PooledBytes _buffer;
    private int _start;
    private int _end;
    private long _bytesRead;

    /// <summary>Reads from <paramref name="stream"/>, which stays the caller's.</summary>
    public FrameReader(Stream stream, FrameLimits limits) => (_stream, Limits) = (stream, limits);

    /// <summary>Bounds the next frames; may be changed between two reads.</summary>
    public FrameLimits Limits { get; set; }

    /// <summary>Bytes that have come so far; may be asked from any thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>The next frame, or null where the stream ends between two frames.</summary>
    /// <exception cref="FrameException">The bytes are no frame, or the stream ended inside one.</exception>
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

    // Between two frames a connection may be idle for days: it waits without a buffer, its own or one of the stream below.
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
                    throw new FrameException(ErrorCode.Truncated, $"the stream ended inside a frame's body, {size - have} of {size} bytes short");
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

    // The header lies in one piece: what is left of the last read moves to the front, into a larger array where it must.
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

    /// <summary>Gives the buffer back; no read may be under way.</summary>
    public void Dispose()
    {
        _buffer.Dispose();
        _buffer = default;
        (_start, _end) = (0, 0);
    }
}
