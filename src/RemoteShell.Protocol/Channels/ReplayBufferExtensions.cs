namespace RemoteShell.Protocol.Channels;

/// <summary>Extension methods for <see cref="ReplayBuffer"/>.</summary>
public static class ReplayBufferExtensions
{
    /// <summary>Copies bytes into the buffer. Waits for room if needed.</summary>
    public static async ValueTask AppendAsync(this ReplayBuffer buffer, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        while (bytes.Length > 0)
        {
            Memory<byte> room = await buffer.GetMemoryAsync(CancellationToken.None).ConfigureAwait(false);
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            buffer.Commit(count);
            bytes = bytes[count..];
        }
    }
}
