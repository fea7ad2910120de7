using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Channels.FlowControl;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Chat;

namespace RemoteShell.Server.Requests;

/// <summary>Lets a client talk to the others in a room.</summary>
internal static class ChatHandler
{
    private const int LongestName = 64;
    private const int SayWindow = 64 * 1024;

    // As fast as nobody types, and as slow as everybody reads: a file that is sent does not make others drop out.
    private const int Burst = 200;
    private const double EachSecond = 100;
    private const double BytesOfOne = 256;

    public static async Task HandleAsync(RequestContext context, Channel channel, Protocol.Messages.Chat chat)
    {
        if (RequestContext.RefuseUnreadable(channel, chat) || context.RefuseDenied(channel, "chat"))
            return;
        if (Fault(chat) is { } fault)
            RequestContext.Refuse(channel, ErrorCode.BadRequest, fault);
        else if (context.Services.Rooms.Find(chat.Room) is { } room)
            await JoinAsync(context, channel, chat, room);
        else
            RequestContext.Refuse(channel, ErrorCode.Limit, $"there are {ChatRooms.MostRooms} rooms already, and somebody in each", "join one of them");
    }

    private static string? Fault(Protocol.Messages.Chat chat) => chat switch
    {
        { Room.Length: 0 or > LongestName } or { Member.Length: 0 or > LongestName } => $"the names of rooms and members have 1 to {LongestName} characters",
        _ when chat.Room.Any(char.IsControl) => "the names of rooms have no control characters",
        { Last: < 0 } => "the number of lines is never negative",
        _ => null,
    };

    private static async Task JoinAsync(RequestContext context, Channel channel, Protocol.Messages.Chat chat, Room room)
    {
        long? from = chat.Streams?.GetValueOrDefault("chat")?.From;
        if (from < room.Log.Start || from > room.Log.End)
        {
            RequestContext.Refuse(channel, ErrorCode.Gone, "what was said meanwhile is no longer all there", "join anew");
            return;
        }

        if (context.Services.Rooms.SeatOf(context.Client.Key, room, chat.Member) is not { } seat)
        {
            RequestContext.Refuse(channel, ErrorCode.Forbidden, $"the member '{LogText.Of(chat.Member)}' of this room is somebody else's", "leave the name to the client, which makes a new one");
            return;
        }

        var member = new Member(chat.Member, context.Presence.Name);
        long heard, begin;
        lock (seat)
        {
            heard = seat.Speech.Begin(member, chat.Streams?.GetValueOrDefault("say")?.From ?? 0);
            if (seat.Taken is { } before && from is { } position)
                room.Replace(before, member, begin = position);
            else
                begin = room.Join(member, chat.Last, from);
            seat.Taken?.Drop(ErrorCode.TakenOver);
            seat.Taken = member;
        }

        try
        {
            await TalkAsync(context, channel, chat, new(room, seat, member, heard, begin));
        }
        finally
        {
            lock (seat)
            {
                room.Leave(member);
                if (seat.Taken == member)
                    seat.Taken = null;
            }
        }
    }

    private static async Task TalkAsync(RequestContext context, Channel channel, Protocol.Messages.Chat chat, Place place)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, context.Services.Stopping, place.Member.Dropped);
        var said = new IncomingStream("say", SayWindow, chat.Digest, place.Heard);
        channel.AddIncoming(said);
        OutgoingStream told = channel.AddOutgoing("chat", new SendWindow(new StreamPosition(place.Begin, place.Begin + chat.Window)), new StreamDigest(chat.Digest, place.Begin));
        channel.Post(new Opened { Window = said.Window, Position = new(place.Heard), Streams = new Dictionary<string, long> { ["chat"] = place.Begin } });
        channel.Activate();
        // What is said to the end is heard to the end: then the listening knows where that is.
        var end = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            Task listening = ListenAsync(place, told, end.Task, over.Token);
            Task speaking = SpeakAsync(place, said, end, over.Token);
            await await Task.WhenAny(listening, speaking);
            await Task.WhenAll(listening, speaking);
            channel.Finish(new Result { Outcome = Outcome.Exited, Streams = new Dictionary<string, StreamTotal> { ["chat"] = told.End() } });
        }
        catch (OperationCanceledException) when (place.Member.Dropped.IsCancellationRequested)
        {
            channel.Fail(place.Member.Reason == ErrorCode.TakenOver
                ? new(ErrorCode.TakenOver, "another connection goes on with this conversation")
                : new(ErrorCode.Behind, "you were dropped: you read so slowly that what comes next is no longer there", "join again, and read faster"));
        }
        catch (OperationCanceledException) when (context.Services.Stopping.IsCancellationRequested)
        {
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping", "join again when it is back"));
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private static async Task SpeakAsync(Place place, IncomingStream said, TaskCompletionSource<long> end, CancellationToken cancellationToken)
    {
        var pace = new Pace(Burst, EachSecond);
        double owed = 0;
        while (await said.ReadAsync(cancellationToken) is { Length: > 0 } block)
        {
            bool isHeard = place.Seat.Speech.Hear(place.Member, block.Memory.Span, Say);
            said.Return(block);
            if (!isHeard)
                return;
            await Task.Delay(pace.Take(owed), cancellationToken);
            owed = 0;
        }

        place.Seat.Speech.End(place.Member, Say);
        place.Room.Leave(place.Member);
        end.SetResult(place.Room.Log.End);

        void Say(string text, long offset)
        {
            owed += Math.Max(1, text.Length / BytesOfOne);
            place.Room.Say(place.Member, text, offset);
        }
    }

    private static async Task ListenAsync(Place place, OutgoingStream told, Task<long> end, CancellationToken cancellationToken)
    {
        long position = place.Begin;
        while (!end.IsCompleted || position < await end)
        {
            Task<ReadOnlyMemory<byte>?> reading = place.Room.Log.ReadAsync(position, cancellationToken);
            if (!end.IsCompleted && await Task.WhenAny(reading, end) == end)
                continue;
            if (await reading is not { } bytes)
                throw new ChannelException(new CloseReason(ErrorCode.Behind, "what comes next is no longer there"));
            await told.WriteAsync(bytes, cancellationToken);
            place.Member.Position = position += bytes.Length;
        }
    }

    private sealed record Place(Room Room, Seat Seat, Member Member, long Heard, long Begin);
}
