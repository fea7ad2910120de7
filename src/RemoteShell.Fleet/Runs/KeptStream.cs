namespace RemoteShell.Fleet.Runs;

/// <summary>Appends one output stream of a host to its file, which is created with the first byte.</summary>
/// <param name="path">The file.</param>
internal sealed class KeptStream(string path) : Stream
{
    private FileStream? _file;

    /// <summary>The name of the file, without its folder.</summary>
    public string Name => Path.GetFileName(path);

    /// <summary>Whether there is a file.</summary>
    public bool IsThere => _file is not null || File.Exists(path);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What an earlier client has kept, to read it; null if that is nothing.</summary>
    public FileStream? OpenKept() => File.Exists(path) ? File.OpenRead(path) : null;

    /// <summary>Removes the file: another one has the same content.</summary>
    public void Drop()
    {
        Dispose();
        File.Delete(path);
    }

    /// <summary>Closes the file, and returns when it is on the disk.</summary>
    public void Keep()
    {
        _file?.Flush(flushToDisk: true);
        Dispose();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _file ??= RunFile.Append(path);
        _file.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Each write goes to the file at once.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _file?.Dispose();
        _file = null;
        base.Dispose(disposing);
    }
}
