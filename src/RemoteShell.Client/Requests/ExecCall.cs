using RemoteShell.Client.Connections;
using RemoteShell.Client.Options;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>exec</c>: moves the streams, and believes the result only when all of them proved right.</summary>
internal sealed class ExecCall
{
    private readonly ReconnectingConnection _link;
    private readonly ExecRequest _message;
    private readonly CommandStreams _streams;
    private readonly ShellStateReader? _session;
    private readonly ResumableOutput _output;
    private readonly ResumableInput? _input;
    private readonly TerminalSize? _size;
    private readonly ResumableRequest _conversation;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ExecCall(ReconnectingConnection link, ExecRequest message, CommandStreams streams)
    {
        (_link, _message, _streams) = (link, message, streams);
        _session = message.Line is null ? null : new();
        _size = message.Tty is { } tty ? new(tty) : null;
        _output = new(message.Window, message.Digest, message.Tty is null ? 0 : null, _session is null ? ["stdout", "stderr"] : ["stdout", "stderr", "session"]);
        _input = streams.Input is { } input ? new(input, message.Digest) { DigestsEachChannel = message.Tty is not null } : null;
        _conversation = new(link, Request, _output.Streams) { Accepted = AcceptedAsync };
    }

    public static async Task<RemoteJob> StartAsync(ReconnectingConnection link, string? user, RemoteCommand command, CommandStreams streams, CancellationToken cancellationToken)
    {
        var exec = new ExecCall(link, Checked(command.ToMessage(user, withInput: streams.Input is not null)), streams);
        Task<CommandResult> completion = exec.RunAsync(cancellationToken);
        if (await Task.WhenAny(exec._started.Task, completion).ConfigureAwait(false) == completion)
            await completion.ConfigureAwait(false);
        return new(exec._conversation, exec._message.Job, completion, exec._size) { HasTerminal = exec._size is not null };
    }

    public static async Task<string> DetachAsync(ReconnectingConnection link, string? user, RemoteCommand command, CancellationToken cancellationToken)
    {
        ExecRequest message = Checked(command.ToMessage(user, withInput: false) with { Detach = true });
        try
        {
            return await new ResumableRequest(link, () => message).RunAsync(cancellationToken).ConfigureAwait(false) switch
            {
                OpenedMessage => message.Job,
                ResultMessage result => throw new CommandNotStartedException(result),
                var other => throw new UnverifiedOutputException($"the server answered with '{other.Type}' where a job must be detached"),
            };
        }
        catch (ConnectException e)
        {
            throw new ConnectionLostException(message.Job, link.Host, e);
        }
    }

    private static ExecRequest Checked(ExecRequest message)
    {
        int size = MessageCodec.Encode(message).Length;
        return size <= FrameLimits.Default.MaxHeader - 512 ? message : throw new RequestRefusedException(ErrorCode.BadRequest, $"the command is too long: with its variables it takes {size} bytes as JSON, and {FrameLimits.Default.MaxHeader} can be sent")
        {
            Hint = "put it into a file there, or send it by standard input: rsh-client run -i HOST sh < FILE",
        };
    }

    private async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            List<Func<CancellationToken, Task>> deliveries = [token => _output["stdout"].CopyToAsync(_streams.Output, token), token => _output["stderr"].CopyToAsync(_streams.Error, token)];
            if (_session is not null)
                deliveries.Add(token => _session.CollectAsync(_output["session"], token));
            using var broken = CancellationTokenSource.CreateLinkedTokenSource(done.Token);
            Task reading = _input is null ? Task.CompletedTask : ReadInputAsync(broken, done.Token);
            ResultMessage result;
            try
            {
                result = await _conversation.DeliverAsync(deliveries, broken.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (reading.IsFaulted)
            {
                await reading.ConfigureAwait(false);
                throw;
            }

            _output.Verify(result);
            _conversation.PostAside(new DeliveredMessage { Job = _message.Job });
            return CommandResult.From(_message.Job, result) with { Session = _session?.State };
        }
        catch (Exception e) when (e is ChannelException { Code: ErrorCode.TakenOver } or RequestRefusedException { Code: ErrorCode.TakenOver })
        {
            throw new TakenOverException(_message.Job, _link.Host, e);
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"the output could not be verified: {e.Message}", e) { Hint = e.Hint };
        }
        catch (ConnectException e)
        {
            throw new ConnectionLostException(_message.Job, _link.Host, e);
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }

    private ExecRequest Request()
    {
        IReadOnlyDictionary<string, StreamPosition> positions = _output.Positions();
        return positions.Values.All(position => position.From == 0) ? _message : _message with { Streams = positions };
    }

    // A thread of its own choice: reading a terminal or a pipe blocks.
    private async Task ReadInputAsync(CancellationTokenSource broken, CancellationToken done)
    {
        try
        {
            await Task.Run(() => _input!.ReadAsync(done), done).ConfigureAwait(false);
        }
        catch (ChannelException)
        {
            await broken.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task AcceptedAsync(Channel channel, OpenedMessage opened)
    {
        if (_size is not null)
        {
            _output.Place(opened);
            channel.Post(_size.Current);
        }

        _started.TrySetResult();
        return _input?.SendAsync(channel, opened) ?? Task.CompletedTask;
    }
}
