using System.Text;
using RemoteShell.Client.Connections;
using Message = RemoteShell.Protocol.Messages.Complete;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>complete</c>.</summary>
internal static class Complete
{
    public static async Task<IReadOnlyList<string>> AskAsync(Link link, Message message, CancellationToken cancellationToken)
        => [.. (await Listing.FetchAsync(link, message, "completions", cancellationToken).ConfigureAwait(false)).Select(line => Encoding.UTF8.GetString(line.Span))];
}
