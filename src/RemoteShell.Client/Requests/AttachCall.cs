using RemoteShell.Client.Connections;
using RemoteShell.Client.Options;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>attach</c>.</summary>
internal sealed class AttachCall
{
    private readonly ReconnectingConnection _link;
    private readonly AttachRequest _message;
    private readonly IReadOnlyDictionary<string, long>? _from;
    private readonly ResumableOutput _output;
    private readonly ResumableRequest _conversation;
    private readonly CommandStreams _streams;
    private readonly TerminalSize? _size;
    private readonly CancellationTokenSource _done = new();
    private ResumableInput? _input;
    private bool _hasTerminal;
    private readonly TaskCompletionSource<string> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AttachCall(ReconnectingConnection link, AttachRequest message, IReadOnlyDictionary<string, long>? from, CommandStreams streams)
    {
        (_link, _message, _from, _streams) = (link, message, from, streams);
        _size = message.Tty is { } tty ? new(tty) : null;
        _output = new(message.Window, message.Digest, from: null, "stdout", "stderr");
        _conversation = new(link, Request, _output.Streams) { Accepted = Accepted };
    }

    public static async Task<RemoteJob> StartAsync(ReconnectingConnection link, string job, IReadOnlyDictionary<string, long>? from, CommandStreams streams, TerminalRequest? terminal, CancellationToken cancellationToken)
    {
        var attach = new AttachCall(link, new() { Job = job, Tty = terminal, ClientToken = terminal is null ? null : JobId.New() }, from, streams);
        Task<CommandResult> completion = attach.RunAsync(cancellationToken);
        if (await Task.WhenAny(attach._started.Task, completion).ConfigureAwait(false) == completion)
            await completion.ConfigureAwait(false);
        string id = await attach._started.Task.ConfigureAwait(false);
        return new(attach._conversation, id, completion, attach._size) { Begins = attach._output.Begins(), HasTerminal = attach._hasTerminal };
    }

    private async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            ResultMessage result = await _conversation.DeliverAsync(
                [token => _output["stdout"].CopyToAsync(_streams.Output, token), token => _output["stderr"].CopyToAsync(_streams.Error, token)], cancellationToken).ConfigureAwait(false);
            _output.Verify(result);
            if (_input is not null)
                _conversation.PostAside(new DeliveredMessage { Job = await _started.Task.ConfigureAwait(false) });
            return CommandResult.From(await _started.Task.ConfigureAwait(false), result) with { Streams = _output.Totals() };
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
            await _done.CancelAsync().ConfigureAwait(false);
        }
    }

    // On the first connection the streams begin where the user wants, on the next ones where they stand.
    private AttachRequest Request()
    {
        var positions = _output.Positions().ToDictionary(StringComparer.Ordinal);
        foreach ((string name, long offset) in _from ?? new Dictionary<string, long>())
            positions.TryAdd(name, new(offset));
        return _message with { Streams = positions };
    }

    private Task Accepted(Channel channel, OpenedMessage opened)
    {
        _output.Place(opened);
        _hasTerminal = opened.Tty;
        _started.TrySetResult(opened.Job ?? _message.Job);
        if (_size is null || _streams.Input is not { } source || opened.Window == 0)
            return Task.CompletedTask;
        channel.Post(_size.Current);
        return InputFrom(source, opened).SendAsync(channel, opened);
    }

    // What is typed follows what others typed before.
    private ResumableInput InputFrom(Stream source, OpenedMessage opened)
    {
        if (_input is null)
        {
            _input = new(source, _message.Digest, opened.Position?.From ?? 0) { DigestsEachChannel = true };
            // A terminal that is gone says so by a signal as well.
            _ = Task.Run(() => _input.ReadAsync(_done.Token), _done.Token);
        }

        return _input;
    }
}
