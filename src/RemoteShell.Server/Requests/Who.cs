using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Requests;

/// <summary>Tells who is connected, each as far as the asker may see it.</summary>
internal static class WhoHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, Who who)
    {
        if (RequestContext.RefuseUnreadable(channel, who))
            return;
        OutgoingStream stream = channel.AddOutgoing("who", who.Window, who.Digest);
        channel.Post(new Opened());
        using var lines = new MemoryStream();
        foreach (Presence present in context.Services.Present().OrderBy(present => present.Id))
        {
            lines.Write(MessageCodec.EncodePresent(Info(present, context)));
            lines.WriteByte((byte)'\n');
        }

        await stream.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), channel.Ended);
        channel.Finish(new Result { Outcome = Outcome.Exited, Streams = new Dictionary<string, StreamTotal> { ["who"] = stream.End() } });
    }

    private static PresentInfo Info(Presence present, RequestContext context)
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
            Doing = isOwn ? [.. present.Doing] : null,
        };
    }
}
