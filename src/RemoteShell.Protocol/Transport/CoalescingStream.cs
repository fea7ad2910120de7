using System.Buffers;
using System.Runtime.CompilerServices;

namespace RemoteShell.Protocol.Transport;

/// <summary>Combines the reads and writes of TLS, which handles one record of 16 KiB at a time, into few system calls.</summary>
/// <remarks>An idle direction holds no buffer. One reader and one writer at a time.</remarks>
internal sealed class CoalescingStream(Stream inner) : Stream
{
    // Room for a frame with the largest body, its header, and the TLS overhead.
    private const int BufferSize = 512 * 1024;
    private const int FullRecord = 16 * 1024;

    private byte[]? _out;
    private int _pending;

    private byte[]? _in;
    private int _start;
    private int _end;
    private bool _isBulk;

    /// <summary>Whether writes are buffered until a flush. False during the handshake, which TLS does not flush.</summary>
    public bool IsBuffering { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_end > _start)
            return new(Take(buffer.Span));
        return _isBulk && buffer.Length > 0 ? ReadBulkAsync(buffer, cancellationToken) : ReadDirectAsync(buffer, cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_pending + buffer.Length > BufferSize)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (!IsBuffering || buffer.Length > BufferSize)
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            return;
        }

        _out ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        buffer.CopyTo(_out.AsMemory(_pending));
        _pending += buffer.Length;
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending == 0)
            return;
        int count = _pending;
        _pending = 0;
        await inner.WriteAsync(_out.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        ReturnBuffer(ref _out);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    // Reads directly into the caller's buffer. An empty buffer waits for data without holding memory. On an interactive connection, most
    // reads return less than one record.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadDirectAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ReturnBuffer(ref _in);
        int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _isBulk = _isBulk || (read == buffer.Length && read >= FullRecord);
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadBulkAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _in ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        (_start, _end) = (0, await inner.ReadAsync(_in.AsMemory(0, BufferSize), cancellationToken).ConfigureAwait(false));
        _isBulk = _end >= FullRecord;
        return Take(buffer.Span);
    }

    private int Take(Span<byte> target)
    {
        int count = Math.Min(target.Length, _end - _start);
        if (count > 0)
            _in.AsSpan(_start, count).CopyTo(target);
        _start += count;
        if (_start == _end && !_isBulk)
            ReturnBuffer(ref _in);
        return count;
    }

    private static void ReturnBuffer(ref byte[]? buffer)
    {
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
    }
}
