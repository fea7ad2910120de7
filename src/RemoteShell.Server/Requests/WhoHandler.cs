using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>who</c>: lists the connections. A client sees details only of the connections with its own key.</summary>
internal static class WhoHandler
{
    public static Task HandleAsync(RequestContext context, Channel channel, WhoRequest who)
    {
        context.Check(new(KeyVerb.Who, "who"));
        IEnumerable<ReadOnlyMemory<byte>> lines = context.Services.Connections()
            .OrderBy(connection => connection.Id)
            .Select(connection => (ReadOnlyMemory<byte>)MessageCodec.EncodeConnection(Entry(connection, context)));
        return ListReply.SendAsync(channel, who, "who", lines);
    }

    private static ConnectionEntry Entry(ConnectionInfo connection, RequestContext context)
    {
        bool isOwn = connection.Client.Key.Equals(context.Client.Key);
        return new()
        {
            Id = connection.Id,
            Name = connection.Client.Comment,
            Since = connection.Since.ToUnixTimeMilliseconds(),
            Idle = connection.IdleMilliseconds,
            Own = isOwn,
            From = isOwn ? connection.Peer.ToString() : null,
            Activity = isOwn ? [.. connection.Doing] : null,
        };
    }
}
