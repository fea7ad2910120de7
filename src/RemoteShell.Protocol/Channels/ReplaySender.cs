namespace RemoteShell.Protocol.Channels;

/// <summary>Sends a buffer as a byte stream, without a copy.</summary>
public static class ReplaySender
{
    /// <summary>Sends from the reader's position to the buffer's end. The buffer keeps the bytes until they are acknowledged.</summary>
    /// <exception cref="ConnectionException">The connection ended first.</exception>
    /// <exception cref="ChannelException">The channel ended first.</exception>
    public static async Task SendAsync(ReplayBuffer buffer, OutgoingStream stream, CancellationToken ended)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentNullException.ThrowIfNull(stream);
        while (true)
        {
            ReadOnlyMemory<byte> bytes = await buffer.ReadAsync(ended).ConfigureAwait(false);
            if (bytes.Length == 0)
                break;
            await stream.WriteAsync(bytes, ended).ConfigureAwait(false);
            buffer.Advance(bytes.Length);
        }

        stream.End();
    }
}
