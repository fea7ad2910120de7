namespace RemoteShell.Protocol.Channels;

/// <summary>Stores what does not fit into a <see cref="ReplayBuffer"/> while its reader is away. One producer appends.</summary>
public interface ISpillTarget : IDisposable
{
    /// <summary>Offset of the first byte that is still stored.</summary>
    long Start { get; }

    /// <summary>Whether the buffer discards bytes that do not fit, because its job is ending and must not be paused.</summary>
    bool DiscardsWhenFull { get; }

    /// <summary>Appends the bytes. Returns false if there is no room now. The caller may try again with the same bytes.</summary>
    ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes);

    /// <summary>Reads from an offset. Returns the number of bytes, or 0 if they are not stored any more.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> target);

    /// <summary>Drops all bytes before the offset.</summary>
    void Release(long offset);
}
