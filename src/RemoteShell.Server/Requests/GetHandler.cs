using Microsoft.Extensions.Logging;
using RemoteShell.Files.Folders;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Files;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>get</c>: sends a file.</summary>
internal static class GetHandler
{
    // Bytes that are read at once.
    private const int PieceLength = 256 * 1024;

    public static async Task HandleAsync(RequestContext context, Channel channel, GetRequest get)
    {
        context.CheckUser(get.User);
        context.Check(new(KeyVerb.Get, $"get {get.Path}"));
        using FileSource file = Open(context, get);
        await SendAsync(context, channel, get, file);
    }

    private static FileSource Open(RequestContext context, GetRequest get)
    {
        try
        {
            FileSource file = context.Client.Files.Root is { } root
                ? FileSource.OpenBelow(get.Path, FileRoot.Below(root))
                : FileSource.Open(get.Path, context.Services.Runners.Account.Home);
            try
            {
                context.Files.RequireFile(file.RealPath, get.Path);
                return file;
            }
            catch (FileException e)
            {
                file.Dispose();
                throw new RefusalException(ErrorCode.Forbidden, e.Reason, e.Hint);
            }
        }
        catch (FileSourceException e)
        {
            throw new RefusalException(e.Code, e.Message);
        }
    }

    private static async Task SendAsync(RequestContext context, Channel channel, GetRequest get, FileSource file)
    {
        long started = Environment.TickCount64;
        long from = get.Position?.From ?? 0;
        if (from > 0 && (get.Modified != file.Modified || (file.Size > 0 && from > file.Size)))
        {
            throw new RefusalException(
                ErrorCode.Gone,
                $"{get.Path} has changed since its first {from} bytes were fetched",
                "fetch it again");
        }

        // The digest covers the whole file, so the bytes that the client has already are read again.
        var digest = new StreamDigest(get.Digest);
        if (!await context.Services.PrefixHasher.AppendAsync(file, digest, from, channel.Ended))
        {
            throw new RefusalException(
                ErrorCode.Gone,
                $"{get.Path} is now shorter than the {from} bytes that were fetched",
                "fetch it again");
        }

        using PooledBytes piece = PooledBytes.Rent(PieceLength);
        StreamPosition position = get.Position ?? new(0);
        var window = new SendWindow(position with { Limit = position.FirstLimit(get.Window) });
        OutgoingStream stream = channel.AddOutgoing("file", window, digest, buffer: null, get.Window);
        channel.Post(new OpenedMessage { Length = file.Size, Mode = file.Mode, Modified = file.Modified });
        AuditLine ending = LineOf(context, file) with { Outcome = "aborted", Reason = "the request ended before the end of the file" };
        try
        {
            while (await file.ReadAsync(piece.Memory, channel.Ended) is > 0 and int count)
                await stream.WriteAsync(piece.Memory[..count], channel.Ended);
            if (file.HasShrunk(stream.Sent.Total))
            {
                string text = $"{get.Path} became shorter while it was read: it ended after {stream.Sent.Total} of {file.Size} bytes";
                ending = ending with { Outcome = "failed", Reason = text };
                channel.Fail(new(ErrorCode.Internal, text));
                return;
            }

            ending = ending with { Outcome = "done", Reason = null };
        }
        finally
        {
            StreamTotal sent = stream.Sent;
            context.Services.Audit.Write(ending with { Streams = StreamsOf(sent.Total - from, sent.Digest) });
        }

        StreamTotal total = stream.End();
        long duration = Environment.TickCount64 - started;
        context.Log.LogInformation(
            "{Peer} {Connection} {Fingerprint} fetched {Path}: {Bytes} bytes in {Duration} ms, {Digest}",
            context.Peer,
            context.Peer.Mark,
            context.Client.Key.Fingerprint,
            file.FullPath,
            total.Total,
            duration,
            total.Digest);
        channel.Finish(new ResultMessage
        {
            Outcome = Outcome.Exited,
            Duration = duration,
            Streams = new Dictionary<string, StreamTotal> { ["file"] = total },
        });
    }

    private static AuditLine LineOf(RequestContext context, FileSource file)
        => (context.Audited.Line(AuditEvent.Transfer) with { Verb = KeyVerb.Get }).WithWhat(file.FullPath);

    private static Dictionary<string, AuditStream> StreamsOf(long bytes, string? digest) => new() { ["file"] = new(bytes, digest) };
}
