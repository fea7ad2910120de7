namespace RemoteShell.Testing;

/// <summary>Network faults that a test can choose and repeat.</summary>
public sealed record Faults
{
    /// <summary>Maximum bytes per read. Default: unlimited.</summary>
    public int MaxRead { get; init; } = int.MaxValue;

    /// <summary>Maximum bytes per inner write. Default: unlimited.</summary>
    public int MaxWrite { get; init; } = int.MaxValue;

    /// <summary>The connection breaks after this many bytes were read. Default: never.</summary>
    public long CutAfterRead { get; init; } = long.MaxValue;

    /// <summary>The connection breaks after this many bytes were written. Default: never.</summary>
    public long CutAfterWritten { get; init; } = long.MaxValue;

    /// <summary>Seed for random sizes from 1 to the maxima. Null: always the maxima.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether to yield before every read and write, so that the order of events varies.</summary>
    public bool Yield { get; init; }
}

/// <summary>A stream that splits and delays bytes, and breaks.</summary>
public sealed class FaultyStream(Stream inner, Faults faults) : TestStream
{
    private readonly Random? _random = faults.Seed is { } seed ? new(seed) : null;
    private readonly Lock _gate = new();
    private long _read;
    private long _written;

    /// <summary>Bytes read so far.</summary>
    public long BytesRead => _read;

    /// <summary>Bytes written so far.</summary>
    public long BytesWritten => _written;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (faults.Yield)
            await Task.Yield();
        long left = faults.CutAfterRead - _read;
        if (left <= 0)
            throw new IOException("cut while reading");
        int read = await inner.ReadAsync(buffer[..(int)Math.Min(Math.Min(buffer.Length, left), Piece(faults.MaxRead))], cancellationToken);
        _read += read;
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (faults.Yield)
                await Task.Yield();
            long left = faults.CutAfterWritten - _written;
            if (left <= 0)
            {
                await inner.DisposeAsync();
                throw new IOException("cut while writing");
            }

            int count = (int)Math.Min(Math.Min(buffer.Length, left), Piece(faults.MaxWrite));
            await inner.WriteAsync(buffer[..count], cancellationToken);
            _written += count;
            buffer = buffer[count..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int Piece(int most)
    {
        if (_random is null || most == int.MaxValue)
            return most;
        lock (_gate)
            return _random.Next(1, most + 1);
    }
}
