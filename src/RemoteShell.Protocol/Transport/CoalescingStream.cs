using System.Buffers;
using System.Runtime.CompilerServices;

namespace RemoteShell.Protocol.Transport;

/// <summary>Lies below TLS, which writes and reads one record of 16 KiB at a time, and makes one call to the system of as many as there are.</summary>
/// <remarks>Each end that is idle holds no memory. One reader and one writer, as everywhere.</remarks>
internal sealed class CoalescingStream(Stream inner) : Stream
{
    // A frame with the largest body, its header, and what TLS adds, with room to spare.
    private const int Size = 512 * 1024;
    private const int FullRecord = 16 * 1024;

    private byte[]? _out;
    private int _waiting;

    private byte[]? _in;
    private int _start;
    private int _end;
    private bool _isBulk;

    /// <summary>Whether what is written waits to be flushed. Not so during the handshake, which is TLS's own.</summary>
    public bool IsHolding { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_end > _start)
            return new(Take(buffer.Span));
        return _isBulk && buffer.Length > 0 ? FillAsync(buffer, cancellationToken) : AskAsync(buffer, cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_waiting + buffer.Length > Size)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (!IsHolding || buffer.Length > Size)
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            return;
        }

        _out ??= ArrayPool<byte>.Shared.Rent(Size);
        buffer.CopyTo(_out.AsMemory(_waiting));
        _waiting += buffer.Length;
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_waiting == 0)
            return;
        int count = _waiting;
        _waiting = 0;
        await inner.WriteAsync(_out.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        GiveBack(ref _out);
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

    // Straight into the reader's own memory, which may be empty and wait for something to come: most of what comes on an interactive connection is less than that.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AskAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        GiveBack(ref _in);
        int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _isBulk = _isBulk || (read == buffer.Length && read >= FullRecord);
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _in ??= ArrayPool<byte>.Shared.Rent(Size);
        (_start, _end) = (0, await inner.ReadAsync(_in.AsMemory(0, Size), cancellationToken).ConfigureAwait(false));
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
            GiveBack(ref _in);
        return count;
    }

    private static void GiveBack(ref byte[]? buffer)
    {
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
    }
}
