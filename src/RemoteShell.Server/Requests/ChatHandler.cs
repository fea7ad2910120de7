using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Chat;
using RemoteShell.Server.Chat.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Lets a client talk to the others in a room.</summary>
internal static class ChatHandler
{
    private const int LongestName = 64;
    // Offsets of a stream; beyond it counting would overflow.
    private const long LargestOffset = long.MaxValue / 2;

    public static async Task HandleAsync(RequestContext context, Channel channel, ChatRequest chat)
    {
        if (RequestContext.RefuseUnreadable(channel, chat) || context.RefuseDenied(channel, "chat"))
            return;
        if (Fault(chat) is { } fault)
        {
            channel.Refuse(ErrorCode.BadRequest, fault);
            return;
        }

        Rooms rooms = context.Services.Rooms;
        if (rooms.Take(context.Client.Key, chat.Room, chat.Member) is not { } seat)
        {
            channel.Refuse(ErrorCode.Limit, $"this key has {Rooms.MostOfOneKey} conversations already", "leave one of them");
            return;
        }

        var member = new ChatConnection(seat.Id, context.Presence.Name);
        ChatPosition? place = null;
        try
        {
            place = Join(rooms, channel, chat, seat, member);
            if (place is not null)
                await new ChatStreams(chat, place).RunAsync(channel, context.Services.Stopping);
        }
        finally
        {
            lock (seat)
            {
                place?.Room.Leave(member);
                if (seat.Taken == member)
                    seat.Taken = null;
            }

            rooms.Return(seat);
        }
    }

    private static string? Fault(ChatRequest chat) => chat switch
    {
        { Room.Length: 0 or > LongestName } or { Member.Length: 0 or > LongestName } => $"the names of rooms and members have 1 to {LongestName} characters",
        _ when chat.Room.Any(char.IsControl) => "the names of rooms have no control characters",
        { Last: < 0 } => "the number of lines is never negative",
        _ when chat.Streams?.Values.Any(position => position.From is < 0 or > LargestOffset) == true => "a stream cannot go on there",
        _ => null,
    };

    // Null where the request was refused.
    private static ChatPosition? Join(Rooms rooms, Channel channel, ChatRequest chat, ChatParticipant seat, ChatConnection member)
    {
        long? from = chat.Streams?.GetValueOrDefault("chat")?.From;
        lock (seat)
        {
            // A room may be closed between finding and joining it; then there is another.
            while (rooms.Find(chat.Room) is { } room)
            {
                if (from < room.Log.Start || from > room.Log.End)
                {
                    channel.Refuse(ErrorCode.Gone, "what was said meanwhile is no longer all there", "join anew");
                    return null;
                }

                // One who comes again without a word of before is another in that place.
                if (from is null && seat.Taken is { } earlier)
                    room.Leave(earlier);
                long? begin = from is { } position && (seat.HasLeft || (seat.Taken is { } before && room.TryReplace(before, member, position))) ? position : room.Join(member, chat.Last, from);
                if (begin is null)
                    continue;
                seat.HasLeft &= from is not null;
                seat.Taken?.Drop(ErrorCode.TakenOver);
                seat.Taken = member;
                return new(room, seat, member, seat.Speech.Begin(member, chat.Streams?.GetValueOrDefault("say")?.From ?? 0), begin.Value);
            }
        }

        channel.Refuse(ErrorCode.Limit, $"there are {Rooms.MostRooms} rooms already, and somebody in each", "join one of them");
        return null;
    }
}
