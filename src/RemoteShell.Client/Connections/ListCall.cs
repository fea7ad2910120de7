using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Connections;

/// <summary>The client's half of a request whose answer is one list.</summary>
internal static class ListCall
{
    /// <summary>The lines of the channel's one stream, once all of them proved right.</summary>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> FetchAsync(ReconnectingConnection link, OpenRequest message, string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stream = new IncomingStream(name, message.Window, message.Digest);
            using var lines = new MemoryStream();
            try
            {
                ResultMessage result = await new ResumableRequest(link, () => message, stream).DeliverAsync([token => stream.CopyToAsync(lines, token)], cancellationToken).ConfigureAwait(false);
                return result.Streams.GetValueOrDefault(name) == stream.Taken ? Split(lines.ToArray()) : throw new UnverifiedOutputException($"the list '{name}' is not what the server says it sent");
            }
            catch (ConnectionException e) when (link.CanRetry(e))
            {
                // A list is of one moment: it is asked for anew, and not gone on with.
            }
        }
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> all)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        foreach (Range line in all.Span.Split((byte)'\n'))
            if (all.Span[line].Length > 0)
                lines.Add(all[line]);
        return lines;
    }
}
