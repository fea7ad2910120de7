using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>Extension methods for <see cref="IncomingStream"/>.</summary>
public static class IncomingStreamExtensions
{
    /// <summary>Copies the stream to <paramref name="target"/> until its verified end.</summary>
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
