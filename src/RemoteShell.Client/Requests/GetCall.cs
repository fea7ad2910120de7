using RemoteShell.Client.Connections;
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

    private GetCall(ReconnectingConnection link, GetRequest message)
    {
        _message = message;
        _content = new("file", message.Window, message.Digest) { OutlivesChannel = true };
        _conversation = new(link, Request, _content) { Accepted = Accepted };
    }

    public static async Task<RemoteFile> FetchAsync(ReconnectingConnection link, string? user, string path, string digest, Func<RemoteFile, Stream> target, CancellationToken cancellationToken)
    {
        var get = new GetCall(link, new() { Path = path, User = user, Digest = digest });
        try
        {
            return await get.RunAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"{path} did not come whole: {e.Message}", e) { Hint = e.Hint };
        }
        catch (RequestRefusedException e) when (get._modified is not null)
        {
            // It was accepted before; what came is only a part.
            throw new UnverifiedOutputException(e.Message, e) { Hint = e.Hint };
        }
    }

    private async Task<RemoteFile> RunAsync(Func<RemoteFile, Stream> target, CancellationToken cancellationToken)
    {
        ResultMessage result = await _conversation.DeliverAsync([token => DeliverAsync(target, token)], cancellationToken).ConfigureAwait(false);
        StreamTotal came = _content.Taken;
        if (result.Streams.GetValueOrDefault("file") != came)
            throw new UnverifiedOutputException($"{_message.Path} is not what the server says it sent");
        return await _opened.Task.ConfigureAwait(false) with { Size = came.Total, Digest = came.Digest };
    }

    private async Task DeliverAsync(Func<RemoteFile, Stream> target, CancellationToken cancellationToken)
        => await _content.CopyToAsync(target(await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);

    private GetRequest Request() => _content.Position() is { From: > 0 } position ? _message with { Position = position, Modified = _modified } : _message;

    private Task Accepted(Channel channel, OpenedMessage opened)
    {
        _modified ??= opened.Modified ?? 0;
        _opened.TrySetResult(new()
        {
            Path = _message.Path,
            Size = opened.Length ?? 0,
            Mode = opened.Mode is { } mode ? (UnixFileMode)(mode & 0xFFF) : null,
            Modified = DateTimeOffset.FromUnixTimeMilliseconds(opened.Modified ?? 0),
        });
        return Task.CompletedTask;
    }
}
