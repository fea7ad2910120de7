using System.Text;
using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>notify</c>.</summary>
internal static class NotifyCall
{
    public static Task<IReadOnlyList<string>> ShowAsync(ReconnectingConnection link, string text, CancellationToken cancellationToken)
    {
        var request = new NotifyRequest { Id = JobId.New(), Text = text };
        return ListCall.FetchAsync(link, request, "notified", line => Encoding.UTF8.GetString(line.Span), cancellationToken);
    }
}
