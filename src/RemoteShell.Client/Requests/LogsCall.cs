using RemoteShell.Client.Connections;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>logs</c>.</summary>
internal sealed class LogsCall
{
    private readonly ResumableOutput _output;
    private readonly ResumableRequest _conversation;

    private LogsCall(ReconnectingConnection link, LogsRequest message)
    {
        _output = new(message.Window, message.Digest, from: null, message.Stream is { } one ? [one] : ["stdout", "stderr"]);
        _conversation = new(link, () => _output.Positions() is { Count: > 0 } positions ? message with { Streams = positions, StartOffsets = _output.Begins() } : message, _output.Streams) { Accepted = Accepted };
    }

    public static async Task<IReadOnlyDictionary<string, LogRange>> ReadAsync(ReconnectingConnection link, LogsRequest message, CommandStreams streams, CancellationToken cancellationToken)
    {
        var logs = new LogsCall(link, message);
        try
        {
            ResultMessage result = await logs._conversation.DeliverAsync(logs._output.Streams.Select(stream => Delivery(stream, streams)), cancellationToken).ConfigureAwait(false);
            logs._output.Verify(result);
            IReadOnlyDictionary<string, StreamTotal> totals = logs._output.Totals();
            return logs._output.Begins().ToDictionary(begin => begin.Key, begin => new LogRange(begin.Value, totals[begin.Key].Total, totals[begin.Key].Digest), StringComparer.Ordinal);
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"the log could not be verified: {e.Message}", e) { Hint = e.Hint };
        }
        catch (ConnectException e)
        {
            throw new ConnectionLostException(message.Job, link.Host, e, "logs");
        }
    }

    private static Func<CancellationToken, Task> Delivery(IncomingStream stream, CommandStreams streams)
        => token => stream.CopyToAsync(stream.Name == "stderr" ? streams.Error : streams.Output, token);

    private Task Accepted(Channel channel, OpenedMessage opened)
    {
        _output.Place(opened);
        return Task.CompletedTask;
    }
}
