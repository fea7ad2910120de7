using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>who</c>.</summary>
internal static class WhoCall
{
    public static async Task<IReadOnlyList<ConnectedClient>> ListAsync(ReconnectingConnection link, CancellationToken cancellationToken)
    {
        var lines = await ListCall.FetchAsync(link, new WhoRequest(), "who", cancellationToken).ConfigureAwait(false);
        return [.. lines.Select(line => ConnectedClient.Create(MessageCodec.DecodeConnection(line.Span)))];
    }
}
