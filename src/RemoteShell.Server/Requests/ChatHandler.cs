using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Chat;
using RemoteShell.Server.Chat.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>chat</c>: lets a client talk to the others in a room.</summary>
internal static class ChatHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, ChatRequest chat)
    {
        context.Check(new(KeyVerb.Chat, "chat"));
        Rooms rooms = context.Services.Rooms;
        if (rooms.Take(context.Client.Key, chat.Room, chat.Member) is not { } participant)
        {
            throw new RefusalException(
                ErrorCode.Limit,
                $"this key has {Rooms.MaxParticipantsOfKey} conversations already",
                "leave one of them");
        }

        var connection = new ChatConnection(participant.Id, context.Connection.Name);
        ChatPosition? position = null;
        try
        {
            position = Join(rooms, chat, participant, connection);
            await new ChatStreams(chat, position).RunAsync(channel, context.Services.Stopping);
        }
        finally
        {
            lock (participant)
            {
                position?.Room.Leave(connection);
                if (participant.Connection == connection)
                    participant.Connection = null;
            }

            rooms.Return(participant);
        }
    }

    private static ChatPosition Join(Rooms rooms, ChatRequest chat, ChatParticipant participant, ChatConnection connection)
    {
        long? from = chat.Streams?.GetValueOrDefault("chat")?.From;
        long said = chat.Streams?.GetValueOrDefault("say")?.From ?? 0;
        lock (participant)
        {
            // A room may be closed between Find and Join; then Find makes another one.
            while (rooms.Find(chat.Room) is { } room)
            {
                if (from < room.History.Start || from > room.History.End)
                    throw new RefusalException(ErrorCode.Gone, "the room no longer has all messages since you left", "join again");

                // A client that does not resume is a new participant: the others see the earlier one leave.
                if (from is null && participant.Connection is { } earlier)
                    room.Leave(earlier);
                if (Enter(room, chat, participant, connection, from) is not { } begin)
                    continue;
                participant.HasLeft &= from is not null;
                participant.Connection?.Drop(ErrorCode.TakenOver);
                participant.Connection = connection;
                return new(room, participant, connection, participant.Lines.Begin(connection, said), begin);
            }
        }

        throw new RefusalException(ErrorCode.Limit, $"all {Rooms.MaxRooms} rooms are in use", "join one of them");
    }

    // Returns the offset at which the client begins to read; null if the room is closed.
    private static long? Enter(Room room, ChatRequest chat, ChatParticipant participant, ChatConnection connection, long? from)
    {
        if (from is { } position)
        {
            // A resumed connection takes the place of the earlier one, without an announcement.
            bool isResumed = participant.HasLeft
                || (participant.Connection is { } before && room.TryReplace(before, connection, position));
            if (isResumed)
                return position;
        }

        return room.Join(connection, chat.Last, from);
    }
}
