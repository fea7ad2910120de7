namespace RemoteShell.Protocol.Channels;

/// <summary>Conveniences over <see cref="ReplayBuffer"/>.</summary>
public static class ReplayBufferExtensions
{
    /// <summary>Copies bytes in, waiting for room where it must.</summary>
    public static async ValueTask AppendAsync(this ReplayBuffer log, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(log);
        while (bytes.Length > 0)
        {
            Memory<byte> room = await log.GetMemoryAsync(CancellationToken.None).ConfigureAwait(false);
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            log.Commit(count);
            bytes = bytes[count..];
        }
    }
}
