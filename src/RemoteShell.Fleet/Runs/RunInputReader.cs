namespace RemoteShell.Fleet.Runs;

/// <summary>Reads the copy of standard input from its beginning, and waits for what is not there yet.</summary>
/// <param name="input">The copy.</param>
/// <param name="file">Its file.</param>
internal sealed class RunInputReader(RunInput input, FileStream file) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        long available = await input.AvailableAsync(_position, cancellationToken).ConfigureAwait(false);
        int wanted = (int)Math.Min(available, buffer.Length);
        if (wanted == 0)
            return 0;
        int count = RandomAccess.Read(file.SafeFileHandle, buffer.Span[..wanted], _position);
        _position += count;
        input.Taken(_position);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // It only reads.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
