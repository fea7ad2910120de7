using System.Text;
using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Notify;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>notify</c>.</summary>
internal static class Notify
{
    public static async Task<IReadOnlyList<string>> ShowAsync(Link link, string text, CancellationToken cancellationToken)
        => [.. (await Listing.FetchAsync(link, new Message { Id = JobId.New(), Text = text }, "notified", cancellationToken).ConfigureAwait(false)).Select(line => Encoding.UTF8.GetString(line.Span))];
}
