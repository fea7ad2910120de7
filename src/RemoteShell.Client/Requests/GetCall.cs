using RemoteShell.Client.Connections;
using RemoteShell.Client.Results;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>get</c>.</summary>
internal sealed class GetCall
{
    private readonly GetRequest _message;
    private readonly IncomingStream _content;
    private readonly ResumableRequest _conversation;
    private readonly TaskCompletionSource<RemoteFile> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _modified;
    private long _length;

    private GetCall(ReconnectingConnection link, GetRequest message)
    {
        _message = message;
        _content = new("file", message.Window, message.Digest) { OutlivesChannel = true };
        _conversation = new(link, Request, _content) { Accepted = Accepted };
    }

    public static Task<RemoteFile> FetchAsync(
        ReconnectingConnection link, GetRequest message, Func<RemoteFile, Stream> target, CancellationToken cancellationToken)
    {
        var failures = new FailureTranslation(link.Host) { Unverified = text => $"{message.Path} did not arrive completely: {text}" };
        return failures.RunAsync(() => new GetCall(link, message).RunAsync(target, cancellationToken));
    }

    private async Task<RemoteFile> RunAsync(Func<RemoteFile, Stream> target, CancellationToken cancellationToken)
    {
        ResultMessage result;
        try
        {
            result = await _conversation.DeliverAsync([token => DeliverAsync(target, token)], cancellationToken).ConfigureAwait(false);
        }
        catch (RequestRefusedException e) when (_modified is not null)
        {
            // The server accepted the request on an earlier connection, so only a part has arrived.
            throw new UnverifiedOutputException(e.Message, e) { Hint = e.Hint };
        }

        StreamTotal arrived = _content.Taken;
        if (result.Streams.GetValueOrDefault("file") != arrived)
            throw new UnverifiedOutputException($"{_message.Path} differs from what the server says it sent");
        ResultMeaning.RequireDone(result);
        // A file that grows meanwhile is longer; a server that sees one become shorter says so.
        if (arrived.Total < _length)
        {
            throw new UnverifiedOutputException(
                $"{_message.Path} did not arrive completely: the server announced {_length} bytes, and sent {arrived.Total}");
        }

        return await _opened.Task.ConfigureAwait(false) with { Size = arrived.Total, Digest = arrived.Digest };
    }

    private async Task DeliverAsync(Func<RemoteFile, Stream> target, CancellationToken cancellationToken)
    {
        RemoteFile file = await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _content.CopyToAsync(target(file), cancellationToken).ConfigureAwait(false);
    }

    private GetRequest Request()
        => _content.Position() is { From: > 0 } position ? _message with { Position = position, Modified = _modified } : _message;

    private Task Accepted(Channel channel, OpenedMessage opened)
    {
        if (opened.Length is not { } length)
            throw new UnverifiedOutputException($"the server opened {_message.Path} without naming its length");
        if (_modified is null)
            (_modified, _length) = (opened.Modified ?? 0, length);
        _opened.TrySetResult(new()
        {
            Path = _message.Path,
            Size = length,
            Mode = opened.Mode is { } mode ? (UnixFileMode)(mode & 0xFFF) : null,
            Modified = WireTime.FromUnix(opened.Modified ?? 0),
        });
        return Task.CompletedTask;
    }
}
