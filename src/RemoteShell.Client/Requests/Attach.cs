using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Attach;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>attach</c>.</summary>
internal sealed class Attach
{
    private readonly Link _link;
    private readonly Message _message;
    private readonly IReadOnlyDictionary<string, long>? _from;
    private readonly JobOutput _output;
    private readonly Conversation _conversation;
    private readonly TaskCompletionSource<string> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Attach(Link link, Message message, IReadOnlyDictionary<string, long>? from)
    {
        (_link, _message, _from) = (link, message, from);
        _output = new(message.Window, message.Digest, from: null, "stdout", "stderr");
        _conversation = new(link, Request, _output.Streams) { Accepted = Accepted };
    }

    public static async Task<RemoteJob> StartAsync(Link link, string job, IReadOnlyDictionary<string, long>? from, CommandStreams streams, CancellationToken cancellationToken)
    {
        var attach = new Attach(link, new() { Job = job }, from);
        Task<CommandResult> completion = attach.RunAsync(streams, cancellationToken);
        if (await Task.WhenAny(attach._started.Task, completion).ConfigureAwait(false) == completion)
            await completion.ConfigureAwait(false);
        return new(attach._conversation, await attach._started.Task.ConfigureAwait(false), completion) { Begins = attach._output.Begins() };
    }

    private async Task<CommandResult> RunAsync(CommandStreams streams, CancellationToken cancellationToken)
    {
        try
        {
            Result result = await _conversation.DeliverAsync(
                [token => _output["stdout"].CopyToAsync(streams.Output, token), token => _output["stderr"].CopyToAsync(streams.Error, token)], cancellationToken).ConfigureAwait(false);
            _output.Verify(result);
            return CommandResult.From(await _started.Task.ConfigureAwait(false), result) with { Streams = _output.Totals() };
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"the output could not be verified: {e.Message}", e) { Cure = e.Cure };
        }
        catch (ConnectException e)
        {
            throw new ConnectionLostException(_message.Job, _link.Host, e);
        }
    }

    // On the first connection the streams begin where the user wants, on the next ones where they stand.
    private Message Request()
    {
        var positions = _output.Positions().ToDictionary(StringComparer.Ordinal);
        foreach ((string name, long offset) in _from ?? new Dictionary<string, long>())
            positions.TryAdd(name, new(offset));
        return _message with { Streams = positions };
    }

    private Task Accepted(Channel channel, Opened opened)
    {
        _output.Place(opened);
        _started.TrySetResult(opened.Job ?? _message.Job);
        return Task.CompletedTask;
    }
}
