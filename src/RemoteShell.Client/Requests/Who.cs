using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Who;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>who</c>.</summary>
internal static class Who
{
    public static async Task<IReadOnlyList<PresentInfo>> ListAsync(Link link, CancellationToken cancellationToken)
    {
        var message = new Message();
        var stream = new IncomingStream("who", message.Window, message.Digest);
        using var lines = new MemoryStream();
        Result result = await new Conversation(link, () => message, stream).DeliverAsync([token => stream.CopyToAsync(lines, token)], cancellationToken).ConfigureAwait(false);
        if (result.Streams.GetValueOrDefault("who") != stream.Taken)
            throw new UnverifiedOutputException("the list of connections is not what the server says it sent");
        return Read(lines.ToArray());
    }

    private static List<PresentInfo> Read(ReadOnlySpan<byte> lines)
    {
        var present = new List<PresentInfo>();
        foreach (Range line in lines.Split((byte)'\n'))
            if (lines[line].Length > 0)
                present.Add(MessageCodec.DecodePresent(lines[line]));
        return present;
    }
}
