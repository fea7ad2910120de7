using RemoteShell.Client.Connections;
using RemoteShell.Client.Results;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>logs</c>.</summary>
internal sealed class LogsCall
{
    private readonly LogsRequest _message;
    private readonly ResumableOutput _output;
    private readonly ResumableRequest _conversation;

    private LogsCall(ReconnectingConnection link, LogsRequest message)
    {
        string[] names = message.Stream is { } one ? [one] : [OutputStreamNames.StandardOutput, OutputStreamNames.StandardError];
        _message = message;
        _output = new(message.Window, message.Digest, from: null, names);
        _conversation = new(link, Request, _output.Streams) { Accepted = Accepted, Job = message.Job };
    }

    public static Task<IReadOnlyDictionary<OutputStream, LogRange>> ReadAsync(
        ReconnectingConnection link, LogsRequest message, CommandStreams streams, CancellationToken cancellationToken)
    {
        var failures = new FailureTranslation(link.Host)
        {
            Job = message.Job,
            Verb = "logs",
            Unverified = text => $"the log could not be verified: {text}",
        };
        return failures.RunAsync(() => new LogsCall(link, message).RunAsync(streams, cancellationToken));
    }

    private async Task<IReadOnlyDictionary<OutputStream, LogRange>> RunAsync(CommandStreams streams, CancellationToken cancellationToken)
    {
        ResultMessage result = await _conversation
            .DeliverAsync(_output.Streams.Select(stream => Delivery(stream, streams)), cancellationToken).ConfigureAwait(false);
        _output.Verify(result);
        ResultMeaning.RequireDone(result);
        IReadOnlyDictionary<string, StreamTotal> totals = _output.Totals();
        var ranges = _output.Begins().ToDictionary(
            begin => begin.Key,
            begin => new LogRange(begin.Value, totals[begin.Key].Total, totals[begin.Key].Digest),
            StringComparer.Ordinal);
        return OutputStreamNames.Convert(ranges, range => range);
    }

    private LogsRequest Request()
    {
        IReadOnlyDictionary<string, StreamPosition> positions = _output.Positions();
        return positions.Count > 0
            ? _message with { Job = _conversation.AcceptedJob ?? _message.Job, Streams = positions, StartOffsets = _output.Begins() }
            : _message;
    }

    private static Func<CancellationToken, Task> Delivery(IncomingStream stream, CommandStreams streams)
        => token => stream.CopyToAsync(stream.Name == OutputStreamNames.StandardError ? streams.Error : streams.Output, token);

    private Task Accepted(Channel channel, OpenedMessage opened)
    {
        _output.Place(opened);
        return Task.CompletedTask;
    }
}
