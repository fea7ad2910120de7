using RemoteShell.Client.Connections;
using RemoteShell.Client.Results;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>chat</c>: sends and receives each line once, over as many connections as needed.</summary>
internal sealed class ChatCall(ReconnectingConnection link, ChatOptions options)
{
    // Bytes. A small window lets the server notice soon that this client reads too slowly.
    private const int HearWindow = 64 * 1024;

    // Bytes of a line.
    private const int LongestLine = 64 * 1024;

    private readonly ChatRequest _message =
        new() { Room = options.Room, Member = options.Member, Last = options.Last, Window = HearWindow };
    private readonly ResumableInput _says = new(options.Says, StreamDigest.Crc32C) { Name = "say", DigestsEachChannel = true };

    private string? _member;

    // The offset up to which own lines have come back. They are not sent again, even to a restarted server that does not know them.
    private long _saidUpTo;

    public static Task TalkAsync(ReconnectingConnection link, ChatOptions options, CancellationToken cancellationToken)
        => new FailureTranslation(link.Host).RunAsync(() => new ChatCall(link, options).RunAsync(cancellationToken));

    private async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // On the thread pool, because reading a terminal or a pipe blocks.
        Task reading = Task.Run(() => _says.ReadAsync(over.Token), over.Token);
        try
        {
            while (!await TryTalkAsync(reading, cancellationToken).ConfigureAwait(false))
                options.Missed?.Invoke();
            return true;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    // False if the server no longer has the next messages, so that the client has to join again.
    private async Task<bool> TryTalkAsync(Task reading, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = reading.ContinueWith(_ => broken.Cancel(), broken.Token, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var output = new ResumableOutput(HearWindow, StreamDigest.Crc32C, from: null, "chat");
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var conversation = new ResumableRequest(link, Request, output.Streams) { Accepted = Accepted };
        try
        {
            ResultMessage result = await conversation
                .DeliverAsync([token => HearAsync(output["chat"], entered.Task, token)], broken.Token).ConfigureAwait(false);
            output.Verify(result);
            ResultMeaning.RequireDone(result);
            return true;
        }
        catch (RequestRefusedException e) when (entered.Task.IsCompleted && RetryPolicy.MayRejoin(e))
        {
            return false;
        }
        catch (ChannelException e)
        {
            throw new RequestRefusedException(e.Code, e.Message) { Hint = e.Hint };
        }
        catch (OperationCanceledException) when (reading.IsFaulted)
        {
            await reading.ConfigureAwait(false);
            throw;
        }
        finally
        {
            await broken.CancelAsync().ConfigureAwait(false);
        }

        ChatRequest Request()
        {
            var positions = new Dictionary<string, StreamPosition>(output.Positions(), StringComparer.Ordinal)
            {
                ["say"] = new(Math.Max(_says.Start, Volatile.Read(ref _saidUpTo))),
            };
            return _message with { Streams = positions };
        }

        Task Accepted(Channel channel, OpenedMessage opened)
        {
            output.Place(opened);
            _member = opened.Member;
            entered.TrySetResult();
            return _says.SendAsync(channel, opened);
        }
    }

    private async Task HearAsync(IncomingStream stream, Task entered, CancellationToken cancellationToken)
    {
        // Lines may arrive before the answer that tells this client its own member id.
        await entered.WaitAsync(cancellationToken).ConfigureAwait(false);
        var line = new List<byte>();
        while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } block)
        {
            foreach (byte one in block.Memory.Span)
            {
                if (one != '\n')
                    line.Add(one);
                else
                    Hear(line);
                if (line.Count > LongestLine)
                    throw new UnverifiedOutputException($"the server sent a line of more than {LongestLine} bytes");
            }

            stream.Return(block);
        }
    }

    private void Hear(List<byte> line)
    {
        ChatEntry heard = AnswerDecoder.Decode("a chat message", line.ToArray(), json => MessageCodec.DecodeChatEntry(json.Span));
        line.Clear();
        bool isOwn = heard.Member == _member;
        if (isOwn && heard.Offset is { } offset)
            Volatile.Write(ref _saidUpTo, offset);
        options.Heard(ChatMessage.From(heard, isOwn));
    }
}
