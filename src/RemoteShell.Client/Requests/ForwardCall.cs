using RemoteShell.Client.Connections;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>forward</c>.</summary>
internal static class ForwardCall
{
    /// <summary>Opens a connection at the server.</summary>
    public static Task<Stream> OpenAsync(ReconnectingConnection link, ForwardRequest request, CancellationToken cancellationToken)
        => new FailureTranslation(link.Host).RunAsync(() => ConnectAsync(link, request, cancellationToken));

    private static async Task<Stream> ConnectAsync(ReconnectingConnection link, ForwardRequest request, CancellationToken cancellationToken)
    {
        Connection connection = await link.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var received = new IncomingStream("out", request.Window, request.Digest);
        Channel channel = connection.Open(opened =>
        {
            opened.AddIncoming(received);
            return request with { Traceparent = link.Traceparent };
        });
        try
        {
            switch (await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                case OpenedMessage { Window: { } window }:
                    link.Answered(connection);
                    OutgoingStream sent = channel.AddOutgoing("in", window, request.Digest);
                    channel.Activate();
                    return new ForwardedStream(channel, received, sent);
                case RefusedMessage refused:
                    await channel.DisposeAsync().ConfigureAwait(false);
                    throw new RequestRefusedException(refused);
                default:
                    throw new UnverifiedOutputException("the server answered 'forward' with another message");
            }
        }
        catch
        {
            channel.Fail(new(CloseReason.Goodbye, "the client gave up"));
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
