using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Get;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>get</c>.</summary>
internal static class Get
{
    public static async Task<RemoteFile> FetchAsync(Connection connection, string? user, string path, Func<RemoteFile, Stream> target, CancellationToken cancellationToken)
    {
        var message = new Message { Path = path, User = user, Digest = StreamDigest.Sha256 };
        IncomingStream? content = null;
        Channel channel = connection.Open(message, opened => content = opened.AddIncoming("file", message.Window, message.Digest));
        try
        {
            RemoteFile file = await OpenedAsync(channel, path, cancellationToken).ConfigureAwait(false);
            await content!.CopyToAsync(target(file), cancellationToken).ConfigureAwait(false);
            return await VerifiedAsync(channel, content, file, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"{path} did not come whole: {e.Message}", e) { Cure = e.Cure };
        }
        catch (Exception e) when (e is not RequestRefusedException)
        {
            channel.Fail(new(CloseReason.Goodbye, "the client gave up"));
            throw;
        }
        finally
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<RemoteFile> OpenedAsync(Channel channel, string path, CancellationToken cancellationToken)
        => await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false) switch
        {
            Opened opened => new()
            {
                Path = path,
                Size = opened.Length ?? 0,
                Mode = opened.Mode is { } mode ? (UnixFileMode)(mode & 0xFFF) : null,
                Modified = DateTimeOffset.FromUnixTimeMilliseconds(opened.Modified ?? 0),
            },
            Refused refused => throw new RequestRefusedException(refused),
            var other => throw new UnverifiedOutputException($"the server answered with '{other.Type}' where the file must be opened"),
        };

    private static async Task<RemoteFile> VerifiedAsync(Channel channel, IncomingStream content, RemoteFile file, CancellationToken cancellationToken)
    {
        StreamTotal came = content.Taken;
        if (await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false) is not Result result || result.Streams.GetValueOrDefault("file") != came)
            throw new UnverifiedOutputException($"{file.Path} is not what the server says it sent");
        return file with { Size = came.Total, Digest = came.Digest };
    }
}
