namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Drops bytes, and signals once when so many have come.</summary>
/// <param name="count">How many.</param>
/// <param name="reached">Is released then.</param>
internal sealed class CountedSink(long count, SemaphoreSlim reached) : MemoryStream
{
    private long _left = count;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left > 0 && (_left -= buffer.Length) <= 0)
            reached.Release();
        return ValueTask.CompletedTask;
    }
}
