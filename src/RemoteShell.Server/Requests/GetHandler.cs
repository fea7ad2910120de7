using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Files;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Requests;

/// <summary>Sends a file.</summary>
internal static class GetHandler
{
    private const int Piece = 256 * 1024;

    public static async Task HandleAsync(RequestContext context, Channel channel, GetRequest get)
    {
        if (!RequestContext.RefuseUnreadable(channel, get) && !context.RefuseUser(channel, get.User) && Open(context, channel, get) is { } file)
            await SendAsync(context, channel, get, file);
    }

    private static FileSource? Open(RequestContext context, Channel channel, GetRequest get)
    {
        try
        {
            return FileSource.Open(get.Path, context.Services.Bodies.Account.Home);
        }
        catch (FileSourceException e)
        {
            channel.Refuse(e.Code, e.Message);
            return null;
        }
    }

    private static async Task SendAsync(RequestContext context, Channel channel, GetRequest get, FileSource file)
    {
        long started = Environment.TickCount64;
        using (file)
        {
            long from = get.Position?.From ?? 0;
            if (from > 0 && (get.Modified != file.Modified || (file.Size > 0 && from > file.Size)))
            {
                channel.Refuse(ErrorCode.Gone, $"{get.Path} is not the file any more whose first {from} bytes were fetched", "fetch it again");
                return;
            }

            using PooledBytes piece = PooledBytes.Rent(Piece);
            // The digest is the whole file's, so what was fetched before is read once more and must be the same.
            var digest = new StreamDigest(get.Digest);
            while (digest.Total < from && await file.ReadAsync(piece.Memory[..(int)Math.Min(Piece, from - digest.Total)], channel.Ended) is > 0 and int known)
                digest.Append(piece.Memory.Span[..known]);
            if (digest.Total < from)
            {
                channel.Refuse(ErrorCode.Gone, $"{get.Path} is shorter now than the {from} bytes that were fetched", "fetch it again");
                return;
            }

            var window = new SendWindow(new StreamPosition(from, get.Position?.Limit ?? from + get.Window));
            OutgoingStream stream = channel.AddOutgoing("file", window, digest);
            channel.Post(new OpenedMessage { Length = file.Size, Mode = file.Mode, Modified = file.Modified });
            while (await file.ReadAsync(piece.Memory, channel.Ended) is > 0 and int count)
                await stream.WriteAsync(piece.Memory[..count], channel.Ended);
            if (file.HasShrunk(stream.Sent.Total))
            {
                channel.Fail(new(ErrorCode.Internal, $"{get.Path} became shorter while it was read: {stream.Sent.Total} of {file.Size} bytes were left"));
                return;
            }

            StreamTotal total = stream.End();
            long duration = Environment.TickCount64 - started;
            context.Log.LogInformation("{Peer} {Fingerprint} fetched {Path}: {Bytes} bytes in {Duration} ms", context.Peer, context.Client.Key.Fingerprint, LogSanitizer.Of(get.Path), total.Total, duration);
            channel.Finish(new ResultMessage { Outcome = Outcome.Exited, Duration = duration, Streams = new Dictionary<string, StreamTotal> { ["file"] = total } });
        }
    }
}
