namespace RemoteShell.Protocol.Channels;

/// <summary>Where a log puts what its memory does not hold while its reader is away. One producer appends, without gaps.</summary>
public interface ISpillTarget : IDisposable
{
    /// <summary>The first byte that is still there.</summary>
    long Start { get; }

    /// <summary>Whether bytes for which there is no room may be dropped, since nothing of the log's producer is to be held any more.</summary>
    bool GivesUp { get; }

    /// <summary>Takes the bytes, once or again; false where there is no room for them now.</summary>
    ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes);

    /// <summary>Reads from an offset; no bytes where they are gone.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> target);

    /// <summary>Forgets everything before the offset.</summary>
    void Release(long offset);
}
