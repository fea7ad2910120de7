using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>What is often done with a byte stream that comes.</summary>
public static class IncomingStreamExtensions
{
    /// <summary>Writes everything that comes to <paramref name="target"/>, until the stream's proven end.</summary>
    public static async Task CopyToAsync(this IncomingStream stream, Stream target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(target);
        while (true)
        {
            PooledBytes block = await stream.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (block.Length == 0)
                return;
            try
            {
                await target.WriteAsync(block.Memory, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                stream.Return(block);
            }
        }
    }
}
