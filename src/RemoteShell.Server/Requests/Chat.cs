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
        Place? place = null;
        try
        {
            place = Join(rooms, channel, chat, seat, member);
            if (place is not null)
                await TalkAsync(context, channel, chat, place);
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
    private static Place? Join(ChatRooms rooms, Channel channel, Protocol.Messages.Chat chat, Seat seat, Member member)
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

    private static async Task TalkAsync(RequestContext context, Channel channel, Protocol.Messages.Chat chat, Place place)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, context.Services.Stopping, place.Member.Dropped);
        var said = new IncomingStream("say", SayWindow, chat.Digest, place.Heard);
        channel.AddIncoming(said);
        OutgoingStream told = channel.AddOutgoing("chat", new SendWindow(new StreamPosition(place.Begin, place.Begin + chat.Window)), new StreamDigest(chat.Digest, place.Begin));
        channel.Post(new Opened { Window = said.Window, Position = new(place.Heard), Member = place.Member.Id, Streams = new Dictionary<string, long> { ["chat"] = place.Begin } });
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
        while (await said.ReadAsync(cancellationToken) is { Length: > 0 } block)
        {
            for (int heard = 0; heard < block.Length;)
            {
                int count = place.Seat.Speech.Hear(place.Member, block.Memory.Span[heard..], Say);
                // Another connection speaks in this one's place, and ends it.
                if (count == 0)
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                heard += count;
                // Before the next line is taken: what is taken is said, also where the connection ends meanwhile.
                await Task.Delay(pace.Take(Math.Max(1, count / BytesOfOne)), cancellationToken);
            }

            said.Return(block);
        }

        place.Seat.Speech.End(place.Member, Say);
        lock (place.Seat)
        {
            place.Seat.HasLeft |= place.Seat.Taken == place.Member;
            place.Room.Leave(place.Member);
        }

        end.SetResult(place.Room.Log.End);

        void Say(string text, long offset) => place.Room.Say(place.Member, text, offset);
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
            {
                place.Room.DropSlow();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return;
            }

            await told.WriteAsync(bytes, cancellationToken);
            place.Member.Position = position += bytes.Length;
        }
    }

    private sealed record Place(Room Room, Seat Seat, Member Member, long Heard, long Begin);
}
