using System.Text;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Chat;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>notify</c>: shows a line to all other clients.</summary>
internal static class NotifyHandler
{
    private const int MaxTextLength = 1024;

    public static async Task HandleAsync(RequestContext context, Channel channel, NotifyRequest notify)
    {
        context.Check(new(KeyVerb.Notify, "notify"));
        string text = notify.Text.Trim();
        if (Fault(text) is { } fault)
            throw new RefusalException(ErrorCode.BadRequest, fault);

        ThrottleVerdict verdict = context.Services.NotifyThrottle.Check(context.Client.Key, notify.Id);
        if (verdict == ThrottleVerdict.TooMany)
        {
            throw new RefusalException(
                ErrorCode.Limit,
                "too many notices from this key",
                "try again in 2 s, or talk in a room: rsh-client chat HOST");
        }

        string line = $"{LogSanitizer.Of(context.Connection.Name)} says: {LogSanitizer.Of(text)}";
        ConnectionInfo[] others =
        [
            .. context.Services.Connections().Where(other => other.Id != context.Connection.Id).OrderBy(other => other.Id),
        ];
        if (verdict == ThrottleVerdict.New)
        {
            foreach (ConnectionInfo other in others)
                other.Notify(line);
            context.Log.LogInformation(
                "{Peer} {Connection} sent a notice to {Count} connections: {Text}", context.Peer, context.Peer.Mark, others.Length, text);
        }

        IEnumerable<ReadOnlyMemory<byte>> names = others
            .Select(other => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(LogSanitizer.Of(other.Name)));
        await ListReply.SendAsync(channel, notify, "notified", names);
    }

    private static string? Fault(string text)
    {
        if (text.Length == 0)
            return "the text is empty";
        return text.Length > MaxTextLength ? $"the text has {text.Length} characters; at most {MaxTextLength} are allowed" : null;
    }
}
