using RemoteShell.Client.Connections;
using RemoteShell.Client.Results;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>attach</c>.</summary>
internal sealed class AttachCall
{
    private readonly AttachRequest _message;
    private readonly IReadOnlyDictionary<OutputStream, long>? _from;
    private readonly ResumableOutput _output;
    private readonly ResumableRequest _conversation;
    private readonly CommandStreams _streams;
    private readonly LocalTerminalSize _size;
    private readonly FailureTranslation _failures;
    private readonly CancellationTokenSource _done = new();
    private readonly TaskCompletionSource<string> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ResumableInput? _input;
    private OpenedMessage? _opened;

    private AttachCall(
        ReconnectingConnection link, AttachRequest message, IReadOnlyDictionary<OutputStream, long>? from, CommandStreams streams)
    {
        (_message, _from, _streams) = (message, from, streams);
        _size = new(message.Tty);
        _output = new(message.Window, message.Digest, from: null, OutputStreamNames.StandardOutput, OutputStreamNames.StandardError);
        _conversation = new(link, Request, _output.Streams) { Accepted = Accepted, Job = message.Job };
        _failures = new(link.Host) { Job = message.Job, Unverified = text => $"the output could not be verified: {text}" };
    }

    public static async Task<StartedJob> StartAsync(
        ReconnectingConnection link,
        string job,
        IReadOnlyDictionary<OutputStream, long>? from,
        CommandStreams streams,
        Takeover takeover,
        CancellationToken cancellationToken)
    {
        var message = new AttachRequest { Job = job, Tty = takeover.Terminal?.ToMessage(), ClientToken = takeover.ClientToken };
        var attach = new AttachCall(link, message, from, streams);
        Task<CommandResult> completion = attach._failures.RunAsync(() => attach.RunAsync(cancellationToken));
        if (await Task.WhenAny(attach._started.Task, completion).ConfigureAwait(false) == completion)
            await completion.ConfigureAwait(false);
        string id = await attach._started.Task.ConfigureAwait(false);
        return new(attach._conversation, id, completion, attach._size)
        {
            Begins = OutputStreamNames.Convert(attach._output.Begins(), offset => offset),
            HasTerminal = attach._opened?.Tty == true,
            Shell = attach._opened?.Shell,
            WorkingDirectory = attach._opened?.Cwd,
        };
    }

    private async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            ResultMessage result = await _conversation.DeliverAsync(
                [
                    token => _output[OutputStreamNames.StandardOutput].CopyToAsync(_streams.Output, token),
                    token => _output[OutputStreamNames.StandardError].CopyToAsync(_streams.Error, token),
                ],
                cancellationToken).ConfigureAwait(false);
            _output.Verify(result);
            string id = await _started.Task.ConfigureAwait(false);
            if (_input is not null || (_opened?.Shell is not null && _message.ClientToken is not null))
                _conversation.PostAside(new DeliveredMessage { Job = id });
            return CommandResult.From(id, result with { Streams = _output.Totals() });
        }
        finally
        {
            await _done.CancelAsync().ConfigureAwait(false);
        }
    }

    // On the first connection the streams begin where the caller wants, on later ones where they stand.
    private AttachRequest Request()
    {
        var positions = _output.Positions().ToDictionary(StringComparer.Ordinal);
        foreach ((OutputStream stream, long offset) in _from ?? new Dictionary<OutputStream, long>())
            positions.TryAdd(OutputStreamNames.Of(stream), new(offset));
        return _message with { Job = _conversation.AcceptedJob ?? _message.Job, Streams = positions };
    }

    private Task Accepted(Channel channel, OpenedMessage opened)
    {
        _output.Place(opened);
        _opened = opened;
        _started.TrySetResult(_conversation.AcceptedJob ?? _message.Job);
        if (opened.Tty && _size.Current is { } size)
            channel.Post(size);
        if (_message.Tty is null || _streams.Input is not { } source || opened.Window == 0)
            return Task.CompletedTask;
        return InputFrom(source, opened).SendAsync(channel, opened);
    }

    // What is typed here follows what earlier clients typed.
    private ResumableInput InputFrom(Stream source, OpenedMessage opened)
    {
        if (_input is null)
        {
            _input = new(source, _message.Digest, opened.Position?.From ?? 0) { DigestsEachChannel = true };
            // A failure to read is not awaited: a terminal that disappears is also reported by a signal.
            _ = Task.Run(() => _input.ReadAsync(_done.Token), _done.Token);
        }

        return _input;
    }
}
