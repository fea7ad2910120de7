namespace RemoteShell.Protocol.Channels;

/// <summary>Sends a log as a byte stream, from the memory that its producer filled.</summary>
public static class ReplaySender
{
    /// <summary>Sends from where the log's reader stands to the log's end. What was sent stays in the log until it is acknowledged.</summary>
    /// <exception cref="ConnectionException">The connection ended before.</exception>
    /// <exception cref="ChannelException">The channel ended before.</exception>
    public static async Task SendAsync(ReplayBuffer log, OutgoingStream stream, CancellationToken ended)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(stream);
        while (true)
        {
            ReadOnlyMemory<byte> bytes = await log.ReadAsync(ended).ConfigureAwait(false);
            if (bytes.Length == 0)
                break;
            await stream.WriteAsync(bytes, ended).ConfigureAwait(false);
            log.Advance(bytes.Length);
        }

        stream.End();
    }
}
