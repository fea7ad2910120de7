using System.Text;
using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>complete</c>.</summary>
internal static class CompleteCall
{
    public static Task<IReadOnlyList<string>> AskAsync(
        ReconnectingConnection link, CompleteRequest message, CancellationToken cancellationToken)
        => ListCall.FetchAsync(link, message, "completions", line => Encoding.UTF8.GetString(line.Span), cancellationToken);
}
