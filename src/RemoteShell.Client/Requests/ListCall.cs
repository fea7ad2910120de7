using RemoteShell.Client.Connections;
using RemoteShell.Client.Results;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of a request whose answer is one list.</summary>
internal static class ListCall
{
    // More than the largest list of a server with default limits. Without it, a server could fill this client's memory.
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>The lines of the channel's only stream, decoded, after all of them were verified.</summary>
    /// <param name="link">The connections.</param>
    /// <param name="message">The request.</param>
    /// <param name="name">The name of the stream.</param>
    /// <param name="decode">Decodes a line, which is not empty.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<IReadOnlyList<T>> FetchAsync<T>(
        ReconnectingConnection link,
        OpenRequest message,
        string name,
        Func<ReadOnlyMemory<byte>, T> decode,
        CancellationToken cancellationToken)
        => new FailureTranslation(link.Host).RunAsync<IReadOnlyList<T>>(async () =>
        {
            var lines = await RepeatAsync(link, message, name, cancellationToken).ConfigureAwait(false);
            return [.. lines.Select(line => AnswerDecoder.Decode($"a line of the list '{name}'", line, decode))];
        });

    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> RepeatAsync(
        ReconnectingConnection link, OpenRequest message, string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await OnceAsync(link, message, name, cancellationToken).ConfigureAwait(false);
            }
            catch (RemoteShellException e) when (link.MayStartOver(e))
            {
                // A list shows one moment, so the client requests it again instead of resuming it.
            }
        }
    }

    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> OnceAsync(
        ReconnectingConnection link, OpenRequest message, string name, CancellationToken cancellationToken)
    {
        var stream = new IncomingStream(name, message.Window, message.Digest);
        using var lines = new MemoryStream();
        ResultMessage result = await new ResumableRequest(link, () => message, stream)
            .DeliverAsync([token => CollectAsync(stream, lines, token)], cancellationToken).ConfigureAwait(false);
        if (result.Streams.GetValueOrDefault(name) != stream.Taken)
            throw new UnverifiedOutputException($"the list '{name}' differs from what the server says it sent");
        ResultMeaning.RequireDone(result);
        return Split(lines.ToArray());
    }

    private static async Task CollectAsync(IncomingStream stream, MemoryStream lines, CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } block)
        {
            if (lines.Length + block.Length > MaxBytes)
                throw new UnverifiedOutputException($"the server sent a list '{stream.Name}' of more than {MaxBytes} bytes");
            lines.Write(block.Memory.Span);
            stream.Return(block);
        }
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> all)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        foreach (Range line in all.Span.Split((byte)'\n'))
        {
            if (all.Span[line].Length > 0)
                lines.Add(all[line]);
        }

        return lines;
    }
}
