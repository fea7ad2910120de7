using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Chat.Streaming;

/// <summary>Somebody in a room, on a channel: what is said goes to the room, what happens there comes from its log.</summary>
internal sealed class ChatStreams(ChatRequest chat, ChatPosition place)
{
    private const int SayWindow = 64 * 1024;

    // As fast as nobody types, and as slow as everybody reads: a file that is sent does not make others drop out.
    private const int Burst = 200;
    private const double EachSecond = 100;
    // A byte may take six as JSON: a burst must be less than what a room keeps.
    private const double BytesOfOne = 128;

    /// <summary>Carries both streams, and ends the channel.</summary>
    public async Task RunAsync(Channel channel, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, stopping, place.Member.Dropped);
        var said = new IncomingStream("say", SayWindow, chat.Digest, place.Heard);
        channel.AddIncoming(said);
        OutgoingStream told = channel.AddOutgoing("chat", new SendWindow(new StreamPosition(place.Begin, place.Begin + chat.Window)), new StreamDigest(chat.Digest, place.Begin));
        channel.Post(new OpenedMessage { Window = said.Window, Position = new(place.Heard), Member = place.Member.Id, Streams = new Dictionary<string, long> { ["chat"] = place.Begin } });
        channel.Activate();
        // What is said to the end is heard to the end: then the listening knows where that is.
        var end = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task listening = ListenAsync(told, end.Task, over.Token), speaking = SpeakAsync(said, end, over.Token);
        try
        {
            await await Task.WhenAny(listening, speaking);
            await Task.WhenAll(listening, speaking);
            channel.Finish(new ResultMessage { Outcome = Outcome.Exited, Streams = new Dictionary<string, StreamTotal> { ["chat"] = told.End() } });
        }
        catch (OperationCanceledException) when (place.Member.Dropped.IsCancellationRequested)
        {
            channel.Fail(place.Member.Reason == ErrorCode.TakenOver
                ? new(ErrorCode.TakenOver, "another connection goes on with this conversation")
                : new(ErrorCode.Behind, "you were dropped: you read so slowly that what comes next is no longer there", "join again, and read faster"));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping", "join again when it is back"));
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(listening, speaking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SpeakAsync(IncomingStream said, TaskCompletionSource<long> end, CancellationToken cancellationToken)
    {
        var pace = new RateLimiter(Burst, EachSecond);
        while (await said.ReadAsync(cancellationToken) is { Length: > 0 } block)
        {
            for (int heard = 0; heard < block.Length;)
            {
                int count = place.Seat.Speech.Hear(place.Member, block.Memory.Span[heard..], Say);
                // Another connection speaks in this one's place, and ends it.
                if (count < 0)
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

    private async Task ListenAsync(OutgoingStream told, Task<long> end, CancellationToken cancellationToken)
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
                // One who has said all is in the room no more, and reads on.
                place.Member.Drop(ErrorCode.Behind);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return;
            }

            await told.WriteAsync(bytes, cancellationToken);
            place.Member.Position = position += bytes.Length;
        }
    }
}

/// <summary>Where somebody sits, and where both streams begin.</summary>
internal sealed record ChatPosition(Room Room, ChatParticipant Seat, ChatConnection Member, long Heard, long Begin);
