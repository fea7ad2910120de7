using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Chat.Streaming;

/// <summary>Carries the two streams of a chat channel: <c>say</c> into the room, and <c>chat</c> from the room's history.</summary>
internal sealed class ChatStreams(ChatRequest chat, ChatPosition position)
{
    // Bytes.
    private const int SayWindow = 64 * 1024;

    // Rate limit: a burst of 200 lines, then 100 lines/s. A file that is sent at this rate does not make other clients fall behind.
    private const int Burst = 200;
    private const double PerSecond = 100;

    // A line costs a token, and at least one token for 128 bytes: a byte may take six as JSON, and a burst must fit into the history.
    private const double BytesPerToken = 128;

    // The rate limit makes the client wait, whatever the window is.
    private static readonly WindowBudget NoGrowth = new(0);

    /// <summary>Carries both streams, and ends the channel.</summary>
    public async Task RunAsync(Channel channel, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, stopping, position.Connection.Dropped);
        (IncomingStream said, OutgoingStream told) = Open(channel);
        // Set when the client has sent its last line; the reader stops at this offset.
        var end = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = ReadHistoryAsync(told, end.Task, over.Token);
        Task speaking = SpeakAsync(said, end, over.Token);
        try
        {
            // The first failure ends both.
            Task first = await Task.WhenAny(reading, speaking);
            await first;
            await Task.WhenAll(reading, speaking);
            channel.Finish(new ResultMessage
            {
                Outcome = Outcome.Exited,
                Streams = new Dictionary<string, StreamTotal> { ["chat"] = told.End() },
            });
        }
        catch (OperationCanceledException) when (position.Connection.Dropped.IsCancellationRequested)
        {
            channel.Fail(position.Connection.Reason == ErrorCode.TakenOver
                ? new(ErrorCode.TakenOver, "another connection continues this conversation")
                : new(ErrorCode.Behind, "the room dropped you: you read too slowly, and the next messages are gone", "join again"));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping", "join again when it is back"));
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(reading, speaking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private (IncomingStream Said, OutgoingStream Told) Open(Channel channel)
    {
        var said = new IncomingStream("say", SayWindow, chat.Digest, position.SayOffset, NoGrowth);
        channel.AddIncoming(said);
        var window = new SendWindow(new StreamPosition(position.ChatOffset, position.ChatOffset + chat.Window));
        var digest = new StreamDigest(chat.Digest, position.ChatOffset);
        OutgoingStream told = channel.AddOutgoing("chat", window, digest, buffer: null, chat.Window);
        channel.Post(new OpenedMessage
        {
            Window = said.Window,
            Position = new(position.SayOffset),
            Member = position.Connection.Id,
            Streams = new Dictionary<string, long> { ["chat"] = position.ChatOffset },
        });
        channel.Activate();
        return (said, told);
    }

    private async Task SpeakAsync(IncomingStream said, TaskCompletionSource<long> end, CancellationToken cancellationToken)
    {
        var limiter = new RateLimiter(Burst, PerSecond);
        while (await said.ReadAsync(cancellationToken) is { Length: > 0 } block)
        {
            for (int taken = 0; taken < block.Length;)
            {
                int count = position.Participant.Lines.Take(position.Connection, block.Memory.Span[taken..], Say);
                // Another connection is the speaker by now, and drops this one.
                if (count < 0)
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                taken += count;
                // The delay comes after the line: a line that was taken is said, even if the connection ends meanwhile.
                await Task.Delay(limiter.Take(Math.Max(1, count / BytesPerToken)), cancellationToken);
            }

            said.Return(block);
        }

        position.Participant.Lines.End(position.Connection, Say);
        lock (position.Participant)
        {
            position.Participant.HasLeft |= position.Participant.Connection == position.Connection;
            position.Room.Leave(position.Connection);
        }

        end.SetResult(position.Room.History.End);

        void Say(string text, long offset) => position.Room.Say(position.Connection, text, offset);
    }

    private async Task ReadHistoryAsync(OutgoingStream told, Task<long> end, CancellationToken cancellationToken)
    {
        long offset = position.ChatOffset;
        while (!end.IsCompleted || offset < await end)
        {
            Task<ReadOnlyMemory<byte>?> reading = position.Room.History.ReadAsync(offset, cancellationToken);
            if (!end.IsCompleted && await Task.WhenAny(reading, end) == end)
                continue;
            if (await reading is not { } bytes)
            {
                position.Room.DropSlow();
                // A client that has sent its last line is not in the room any more, and still reads.
                position.Connection.Drop(ErrorCode.Behind);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return;
            }

            await told.WriteAsync(bytes, cancellationToken);
            offset += bytes.Length;
            position.Connection.Position = offset;
        }
    }
}
