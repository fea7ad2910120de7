using System.Text;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Chat;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Requests;

/// <summary>Shows a line to everybody else who is connected.</summary>
internal static class NotifyHandler
{
    private const int LongestText = 1024;
    private const int LongestId = 64;

    public static async Task HandleAsync(RequestContext context, Channel channel, NotifyRequest notify)
    {
        if (RequestContext.RefuseUnreadable(channel, notify) || context.RefuseDenied(channel, "notify"))
            return;
        string text = notify.Text.Trim();
        if (text.Length is 0 or > LongestText || notify.Id.Length is 0 or > LongestId)
        {
            channel.Refuse(ErrorCode.BadRequest, text.Length == 0 ? "there is nothing to show" : text.Length <= LongestText ? $"an id has 1 to {LongestId} characters" : $"the text has {text.Length} characters; {LongestText} are the most");
            return;
        }

        ThrottleVerdict verdict = context.Services.Notices.Judge(context.Client.Key, notify.Id);
        if (verdict == ThrottleVerdict.TooMany)
        {
            channel.Refuse(ErrorCode.Limit, "this key has shown everybody much just now", "wait a moment; a room for talking is opened by: rsh-client chat HOST");
            return;
        }

        string line = $"{LogSanitizer.Of(context.Presence.Name)} says: {LogSanitizer.Of(text)}";
        ConnectionInfo[] others = [.. context.Services.Present().Where(present => present.Id != context.Presence.Id).OrderBy(present => present.Id)];
        if (verdict == ThrottleVerdict.New)
            Array.ForEach(others, other => other.Tell(line));
        context.Log.LogInformation("{Peer} shows {Count} connections: {Text}", context.Peer, others.Length, LogSanitizer.Of(text));
        await ListReply.SendAsync(channel, notify, "notified", others.Select(other => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(LogSanitizer.Of(other.Name))));
    }
}
