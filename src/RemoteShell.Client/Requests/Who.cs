using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Who;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>who</c>.</summary>
internal static class Who
{
    public static async Task<IReadOnlyList<PresentInfo>> ListAsync(Link link, CancellationToken cancellationToken)
        => [.. (await Listing.FetchAsync(link, new Message(), "who", cancellationToken).ConfigureAwait(false)).Select(line => MessageCodec.DecodePresent(line.Span))];
}
