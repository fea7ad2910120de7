using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Logs;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>logs</c>.</summary>
internal sealed class Logs
{
    private readonly JobOutput _output;
    private readonly Conversation _conversation;

    private Logs(Link link, Message message)
    {
        _output = new(message.Window, message.Digest, from: null, message.Stream is { } one ? [one] : ["stdout", "stderr"]);
        _conversation = new(link, () => _output.Positions() is { Count: > 0 } positions ? message with { Streams = positions, Begins = _output.Begins() } : message, _output.Streams) { Accepted = Accepted };
    }

    public static async Task<IReadOnlyDictionary<string, LogStretch>> ReadAsync(Link link, Message message, CommandStreams streams, CancellationToken cancellationToken)
    {
        var logs = new Logs(link, message);
        try
        {
            Result result = await logs._conversation.DeliverAsync(logs._output.Streams.Select(stream => Delivery(stream, streams)), cancellationToken).ConfigureAwait(false);
            logs._output.Verify(result);
            IReadOnlyDictionary<string, StreamTotal> totals = logs._output.Totals();
            return logs._output.Begins().ToDictionary(begin => begin.Key, begin => new LogStretch(begin.Value, totals[begin.Key].Total, totals[begin.Key].Digest), StringComparer.Ordinal);
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"the log could not be verified: {e.Message}", e) { Cure = e.Cure };
        }
        catch (ConnectException e)
        {
            throw new ConnectionLostException(message.Job, link.Host, e, "logs");
        }
    }

    private static Func<CancellationToken, Task> Delivery(IncomingStream stream, CommandStreams streams)
        => token => stream.CopyToAsync(stream.Name == "stderr" ? streams.Error : streams.Output, token);

    private Task Accepted(Channel channel, Opened opened)
    {
        _output.Place(opened);
        return Task.CompletedTask;
    }
}
