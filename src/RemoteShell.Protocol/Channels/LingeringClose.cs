using System.Buffers;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Closing so that the last word arrives: a TCP socket that is closed with unread bytes in it resets, and takes back what it had sent.</summary>
public static class LingeringClose
{
    /// <summary>Tells a peer that gets nothing else: hello, one error, and the end. Nothing that it sends is looked at.</summary>
    public static async Task RefuseAsync(Stream stream, ErrorMessage error, ConnectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        var frames = new FrameBuffer(initialCapacity: 1024);
        frames.AppendFrame(MessageCodec.Encode(new HelloMessage { Version = HelloMessage.CurrentVersion, Agent = options.Agent }));
        frames.AppendFrame(MessageCodec.Encode(error));
        try
        {
            await stream.WriteAsync(frames.Memory, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await DrainAsync(stream, options.CloseGrace).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The peer went before it was told.
        }
    }

    /// <summary>Reads and drops what the peer still sends, until it closes or the time is up.</summary>
    public static async Task DrainAsync(Stream stream, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var time = new CancellationTokenSource(grace);
        byte[] waste = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await stream.ReadAsync(waste, time.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed one way or another, which is what was waited for.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(waste);
        }
    }
}
