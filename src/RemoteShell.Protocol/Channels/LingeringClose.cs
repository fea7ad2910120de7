using System.Buffers;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Closes a connection so that its last message arrives.</summary>
/// <remarks>TCP resets a socket that is closed with unread bytes, and a reset discards what was sent but not yet received.</remarks>
public static class LingeringClose
{
    /// <summary>Sends <c>hello</c> and one error, and then drops all that the peer sends until it closes.</summary>
    public static async Task RefuseAsync(
        Stream stream, ErrorMessage error, ConnectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        var hello = new HelloMessage { Version = HelloMessage.CurrentVersion, Agent = options.Agent };
        await SendLastAsync(stream, [hello, error], options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends one error, after <c>hello</c> was sent, and then drops all that the peer sends until it closes.</summary>
    public static Task RefuseGreetedAsync(
        Stream stream, ErrorMessage error, ConnectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        return SendLastAsync(stream, [error], options, cancellationToken);
    }

    /// <summary>Reads and drops what the peer still sends, until it closes or the grace ends.</summary>
    public static async Task DrainAsync(Stream stream, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var time = new CancellationTokenSource(grace);
        byte[] scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await stream.ReadAsync(scratch, time.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer has closed, or the grace has ended. Both end the drain.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static async Task SendLastAsync(
        Stream stream, Message[] messages, ConnectionOptions options, CancellationToken cancellationToken)
    {
        var frames = new FrameBuffer(initialCapacity: 1024);
        foreach (Message message in messages)
            frames.AppendFrame(MessageCodec.Encode(message));
        try
        {
            await stream.WriteAsync(frames.Memory, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await DrainAsync(stream, options.CloseGrace).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The peer has closed already, and did not read the error.
        }
    }
}
