using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Requests;

/// <summary>Answers a request with one list.</summary>
internal static class ListReply
{
    /// <summary>Sends the lines as the only stream of the channel, and then the result.</summary>
    public static async Task SendAsync(Channel channel, OpenRequest request, string name, IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        OutgoingStream stream = channel.AddOutgoing(name, request.Window, request.Digest);
        channel.Post(new OpenedMessage());
        using var all = new MemoryStream();
        foreach (ReadOnlyMemory<byte> line in lines)
        {
            all.Write(line.Span);
            all.WriteByte((byte)'\n');
        }

        await stream.WriteAsync(all.GetBuffer().AsMemory(0, (int)all.Length), channel.Ended);
        channel.Finish(new ResultMessage
        {
            Outcome = Outcome.Exited,
            Streams = new Dictionary<string, StreamTotal> { [name] = stream.End() },
        });
    }
}
