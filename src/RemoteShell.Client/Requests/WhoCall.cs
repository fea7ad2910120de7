using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>who</c>.</summary>
internal static class WhoCall
{
    public static async Task<IReadOnlyList<ConnectionEntry>> ListAsync(ReconnectingConnection link, CancellationToken cancellationToken)
        => [.. (await ListCall.FetchAsync(link, new WhoRequest(), "who", cancellationToken).ConfigureAwait(false)).Select(line => MessageCodec.DecodeConnection(line.Span))];
}
