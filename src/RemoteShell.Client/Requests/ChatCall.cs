using System.Text.Json;
using RemoteShell.Client.Connections;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>chat</c>: hears and says everything once, over as many connections as it takes.</summary>
internal sealed class ChatCall(ReconnectingConnection link, ChatOptions options)
{
    // Who falls behind by more is better told soon.
    private const int HearWindow = 64 * 1024;
    private const int LongestLine = 64 * 1024;

    private readonly ChatRequest _message = new() { Room = options.Room, Member = options.Member, Last = options.Last, Window = HearWindow };
    private readonly ResumableInput _says = new(options.Says, StreamDigest.Crc32C) { Name = "say", DigestsEachChannel = true };

    private string? _member;

    // What came back need not be said again, also to a server that was started anew and knows nothing of it.
    private long _saidUpTo;

    public static Task TalkAsync(ReconnectingConnection link, ChatOptions options, CancellationToken cancellationToken) => new ChatCall(link, options).RunAsync(cancellationToken);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A thread of its own choice: reading a terminal or a pipe blocks.
        Task reading = Task.Run(() => _says.ReadAsync(over.Token), over.Token);
        try
        {
            while (!await TryTalkAsync(reading, cancellationToken).ConfigureAwait(false))
                options.Missed?.Invoke();
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    // False where what comes next is no longer there, so that one has to join anew.
    private async Task<bool> TryTalkAsync(Task reading, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = reading.ContinueWith(_ => broken.Cancel(), broken.Token, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var output = new ResumableOutput(HearWindow, StreamDigest.Crc32C, from: null, "chat");
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var conversation = new ResumableRequest(link, Request, output.Streams) { Accepted = Accepted };
        try
        {
            output.Verify(await conversation.DeliverAsync([token => HearAsync(output["chat"], entered.Task, token)], broken.Token).ConfigureAwait(false));
            return true;
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.Gone && entered.Task.IsCompleted)
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

        ChatRequest Request() => _message with { Streams = new Dictionary<string, StreamPosition>(output.Positions(), StringComparer.Ordinal) { ["say"] = new(Math.Max(_says.Start, Volatile.Read(ref _saidUpTo))) } };

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
        // What comes may be read before the answer that says who one is.
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
        ChatEntry heard;
        try
        {
            heard = MessageCodec.DecodeChatEntry(line.ToArray());
        }
        catch (JsonException e)
        {
            throw new UnverifiedOutputException($"the server sent what is no line of a chat: {e.Message}", e);
        }

        line.Clear();
        bool isOwn = heard.Member == _member;
        if (isOwn && heard.Offset is { } offset)
            Volatile.Write(ref _saidUpTo, offset);
        options.Heard(heard with { IsOwn = isOwn });
    }
}
