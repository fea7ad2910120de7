namespace RemoteShell.Client.Streams;

/// <summary>Writes to another stream and reports the number of bytes so far.</summary>
internal sealed class CountingStream(Stream inner, Action<long> written) : WriteOnlyStream
{
    private long _count;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        _count += buffer.Length;
        written(_count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        _count += buffer.Length;
        written(_count);
    }

    public override void Flush() => inner.Flush();
}
