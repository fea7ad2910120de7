using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Requests;

/// <summary>Tells who is connected, each as far as the asker may see it.</summary>
internal static class WhoHandler
{
    public static Task HandleAsync(RequestContext context, Channel channel, WhoRequest who)
        => ListReply.SendAsync(channel, who, "who", context.Services.Present().OrderBy(present => present.Id).Select(present => (ReadOnlyMemory<byte>)MessageCodec.EncodeConnection(Info(present, context))));

    private static ConnectionEntry Info(ConnectionInfo present, RequestContext context)
    {
        bool isOwn = present.Client.Key.Equals(context.Client.Key);
        return new()
        {
            Id = present.Id,
            Name = present.Client.Comment,
            Since = present.Since.ToUnixTimeMilliseconds(),
            Idle = Math.Max(0, Environment.TickCount64 - present.LastActivity()),
            Own = isOwn,
            From = isOwn ? present.Peer.ToString() : null,
            Activity = isOwn ? [.. present.Doing] : null,
        };
    }
}
