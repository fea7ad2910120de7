using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Chat;

namespace RemoteShell.Server.Requests;

/// <summary>Lets a client talk to the others in a room.</summary>
internal static class ChatHandler
{
    private const int LongestName = 64;
    // Offsets of a stream; beyond it counting would overflow.
    private const long LargestOffset = long.MaxValue / 2;

    public static async Task HandleAsync(RequestContext context, Channel channel, Protocol.Messages.Chat chat)
    {
        if (RequestContext.RefuseUnreadable(channel, chat) || context.RefuseDenied(channel, "chat"))
            return;
        if (Fault(chat) is { } fault)
        {
            RequestContext.Refuse(channel, ErrorCode.BadRequest, fault);
            return;
        }

        ChatRooms rooms = context.Services.Rooms;
        if (rooms.Take(context.Client.Key, chat.Room, chat.Member) is not { } seat)
        {
            RequestContext.Refuse(channel, ErrorCode.Limit, $"this key has {ChatRooms.MostOfOneKey} conversations already", "leave one of them");
            return;
        }

        var member = new Member(seat.Id, context.Presence.Name);
        TalkPlace? place = null;
        try
        {
            place = Join(rooms, channel, chat, seat, member);
            if (place is not null)
                await new Talk(chat, place).RunAsync(channel, context.Services.Stopping);
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

    private static string? Fault(Protocol.Messages.Chat chat) => chat switch
    {
        { Room.Length: 0 or > LongestName } or { Member.Length: 0 or > LongestName } => $"the names of rooms and members have 1 to {LongestName} characters",
        _ when chat.Room.Any(char.IsControl) => "the names of rooms have no control characters",
        { Last: < 0 } => "the number of lines is never negative",
        _ when chat.Streams?.Values.Any(position => position.From is < 0 or > LargestOffset) == true => "a stream cannot go on there",
        _ => null,
    };

    // Null where the request was refused.
    private static TalkPlace? Join(ChatRooms rooms, Channel channel, Protocol.Messages.Chat chat, Seat seat, Member member)
    {
        long? from = chat.Streams?.GetValueOrDefault("chat")?.From;
        lock (seat)
        {
            // A room may be closed between finding and joining it; then there is another.
            while (rooms.Find(chat.Room) is { } room)
            {
                if (from < room.Log.Start || from > room.Log.End)
                {
                    RequestContext.Refuse(channel, ErrorCode.Gone, "what was said meanwhile is no longer all there", "join anew");
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

        RequestContext.Refuse(channel, ErrorCode.Limit, $"there are {ChatRooms.MostRooms} rooms already, and somebody in each", "join one of them");
        return null;
    }
}
