using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>who</c>.</summary>
internal static class WhoCall
{
    public static Task<IReadOnlyList<ConnectedClient>> ListAsync(ReconnectingConnection link, CancellationToken cancellationToken)
        => ListCall.FetchAsync(
            link, new WhoRequest(), "who", line => ConnectedClient.Create(MessageCodec.DecodeConnection(line.Span)), cancellationToken);
}
