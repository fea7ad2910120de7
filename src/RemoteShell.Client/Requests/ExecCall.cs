using RemoteShell.Client.Connections;
using RemoteShell.Client.Results;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>exec</c>: moves the streams, and returns the result only after all of them were verified.</summary>
internal sealed class ExecCall
{
    // Bytes of a header for what the request itself does not contain.
    private const int HeaderReserve = 512;

    private readonly ExecRequest _message;
    private readonly CommandStreams _streams;
    private readonly ResumableOutput _output;
    private readonly Acknowledgement _acknowledgement;

    // Null: no other process repeats the request.
    private readonly RequestAge? _age;

    // Known before the server answers, unless an earlier process has sent a part of it.
    private readonly TaskCompletionSource<ResumableInput> _input = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LocalTerminalSize? _size;
    private readonly ResumableRequest _conversation;
    private readonly FailureTranslation _failures;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _errorEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OpenedMessage? _opened;

    private ExecCall(
        ReconnectingConnection link,
        ExecRequest message,
        Acknowledgement acknowledgement,
        RequestAge? age,
        ResumableOutput output,
        CommandStreams streams)
    {
        (_message, _acknowledgement, _age, _output, _streams) = (message, acknowledgement, age, output, streams);
        _size = message.Tty is { } tty ? new(tty) : null;
        _conversation = new(link, Request, _output.Streams)
        {
            Accepted = AcceptedAsync,
            Job = message.Job,
            AllowsImmediateResult = message.IsForwarding,
        };
        _failures = new(link.Host)
        {
            IsTransfer = message.Files is not null,
            Unverified = text => $"the output could not be verified: {text}",
        };
    }

    public static Task<StartedJob> StartAsync(
        ReconnectingConnection link,
        ExecRequest message,
        Acknowledgement acknowledgement,
        CommandStreams streams,
        CancellationToken cancellationToken)
    {
        string[] names = [OutputStreamNames.StandardOutput, OutputStreamNames.StandardError];
        var output = new ResumableOutput(message.Window, message.Digest, message.CanBeTakenOver ? null : 0, names);
        RequestAge? age = acknowledgement == Acknowledgement.ByCaller ? RequestAge.OfNew() : null;
        var exec = new ExecCall(link, message, acknowledgement, age, output, streams);
        if (streams.Input is { } source)
            exec._input.SetResult(new(source, message.Digest) { DigestsEachChannel = message.Tty is not null });
        return StartAsync(exec, cancellationToken);
    }

    /// <summary>Continues what an earlier process has received. The caller acknowledges the result.</summary>
    public static Task<StartedJob> ResumeAsync(
        ReconnectingConnection link,
        ExecRequest message,
        ReceivedOutput received,
        CommandStreams streams,
        CancellationToken cancellationToken)
    {
        var output = new ResumableOutput(message.Window, received.Streams);
        return StartAsync(new(link, message, Acknowledgement.ByCaller, received.Age, output, streams), cancellationToken);
    }

    private static async Task<StartedJob> StartAsync(ExecCall exec, CancellationToken cancellationToken)
    {
        ExecRequest message = exec._message;
        ThrowIfTooLong(message);
        Task<CommandResult> completion = exec._failures.RunAsync(() => exec.RunOrSayWhatMayRunAsync(cancellationToken));
        if (await Task.WhenAny(exec._started.Task, completion).ConfigureAwait(false) == completion)
            await EndedAsync(exec, completion).ConfigureAwait(false);
        return new(exec._conversation, message.Job, completion, exec._size)
        {
            HasTerminal = exec._size is not null,
            Shell = exec._opened?.Shell,
            WorkingDirectory = exec._opened?.Cwd,
        };
    }

    private static async Task EndedAsync(ExecCall exec, Task completion)
    {
        try
        {
            await completion.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!exec._conversation.WasSent)
        {
            throw new RequestNotSentException(e);
        }
    }

    public static Task<string> DetachAsync(ReconnectingConnection link, ExecRequest message, CancellationToken cancellationToken)
    {
        ThrowIfTooLong(message);
        var failures = new FailureTranslation(link.Host);
        return failures.RunAsync(async () =>
        {
            var conversation = new ResumableRequest(link, () => message) { Job = message.Job, AllowsImmediateResult = true };
            try
            {
                if (await conversation.RunAsync(cancellationToken).ConfigureAwait(false) is not ResultMessage result)
                    return message.Job;
                ResultMeaning.RequireNeverStarted(result);
                throw new CommandNotStartedException(result);
            }
            finally
            {
                failures.Job = conversation.MayHaveArrived ? message.Job : null;
            }
        });
    }

    private static void ThrowIfTooLong(ExecRequest message)
    {
        int size = MessageCodec.Encode(message).Length;
        int limit = FrameLimits.Default.MaxHeader - HeaderReserve;
        if (size <= limit)
            return;
        string text = message.Line is null
            ? $"the command is too long: with its variables it takes {size} bytes as JSON, and the limit is {limit} bytes"
            : $"the line is too long: it takes {size} bytes as JSON, and the limit is {limit} bytes";
        throw new RequestRefusedException(ErrorCode.BadRequest, text)
        {
            Hint = "put it into a file there, or send it by standard input: rsh-client run -i HOST sh < FILE",
        };
    }

    private async Task<CommandResult> RunOrSayWhatMayRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A forwarded connection is nothing that a person could attach to.
            bool mayRun = (_conversation.MayHaveArrived || _age is { IsOfRepetition: true }) && !_message.IsForwarding;
            _failures.Job = mayRun ? _message.Job : null;
        }
    }

    private async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var broken = CancellationTokenSource.CreateLinkedTokenSource(done.Token);
            Task reading = _streams.Input is null ? Task.CompletedTask : ReadInputAsync(broken, done.Token);
            ResultMessage result;
            try
            {
                result = await _conversation.DeliverAsync(Deliveries(), broken.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (reading.IsFaulted)
            {
                await reading.ConfigureAwait(false);
                throw;
            }
            catch (CommandNotStartedException)
            {
                AcknowledgeUnlessCaller();
                throw;
            }

            _output.Verify(result);
            AcknowledgeUnlessCaller();
            return CommandResult.From(_message.Job, result);
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }

    private void AcknowledgeUnlessCaller()
    {
        if (_acknowledgement == Acknowledgement.OnCompletion)
            _conversation.PostAside(new DeliveredMessage { Job = _message.Job });
    }

    private List<Func<CancellationToken, Task>> Deliveries() =>
    [
        DeliverOutputAsync,
        DeliverErrorAsync,
    ];

    private async Task DeliverOutputAsync(CancellationToken cancellationToken)
    {
        await _output[OutputStreamNames.StandardOutput].CopyToAsync(_streams.Output, cancellationToken).ConfigureAwait(false);
        if (_streams.OutputEnded is not { } ended)
            return;
        // A text on standard error says that this is not the end of the connection's bytes.
        await _errorEnded.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_output[OutputStreamNames.StandardError].Taken.Total == 0)
            await ended().ConfigureAwait(false);
    }

    private async Task DeliverErrorAsync(CancellationToken cancellationToken)
    {
        await _output[OutputStreamNames.StandardError].CopyToAsync(_streams.Error, cancellationToken).ConfigureAwait(false);
        _errorEnded.SetResult();
    }

    private ExecRequest Request()
    {
        IReadOnlyDictionary<string, StreamPosition> positions = _output.Positions();
        ExecRequest request = _age is null ? _message : _message with { Age = _age.Now() };
        return positions.Values.All(position => position.From == 0) ? request : request with { Streams = positions };
    }

    // On the thread pool, because reading a terminal or a pipe blocks.
    private async Task ReadInputAsync(CancellationTokenSource broken, CancellationToken done)
    {
        try
        {
            ResumableInput input = await _input.Task.WaitAsync(done).ConfigureAwait(false);
            await Task.Run(() => input.ReadAsync(done), done).ConfigureAwait(false);
        }
        catch (ChannelException)
        {
            await broken.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task AcceptedAsync(Channel channel, OpenedMessage opened)
    {
        _opened = opened;
        if (_message.CanBeTakenOver)
            _output.Place(opened);
        if (_size?.Current is { } size)
            channel.Post(size);

        _started.TrySetResult();
        return _streams.Input is { } source ? SendInputAsync(source, channel, opened) : Task.CompletedTask;
    }

    private async Task SendInputAsync(Stream source, Channel channel, OpenedMessage opened)
    {
        if (!_input.Task.IsCompleted)
            _input.SetResult(new(source, _message.Digest, skipped: Math.Max(opened.Position?.From ?? 0, 0)));
        ResumableInput input = await _input.Task.ConfigureAwait(false);
        await input.SendAsync(channel, opened).ConfigureAwait(false);
    }
}
