using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Streams;

/// <summary>The output streams of a job, which resume on each next connection.</summary>
internal sealed class ResumableOutput
{
    private readonly Dictionary<string, long> _begins = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, StreamPosition> _asked = new Dictionary<string, StreamPosition>();

    /// <summary>Makes streams of which nothing was received yet.</summary>
    /// <param name="window">The most bytes of each stream that are buffered here.</param>
    /// <param name="digest">The algorithm of the digests.</param>
    /// <param name="from">The offset at which they begin; null if the server decides.</param>
    /// <param name="names">The names of the streams.</param>
    public ResumableOutput(long window, string digest, long? from, params IReadOnlyList<string> names)
    {
        Streams =
        [
            .. names.Select(
                name => new IncomingStream(name, window, digest, from) { OutlivesChannel = true, DigestsEachChannel = from is null }),
        ];
    }

    /// <summary>Makes streams that begin at 0, and of which an earlier process has received the first bytes.</summary>
    /// <param name="window">The most bytes of each stream that are buffered here.</param>
    /// <param name="received">The digest of the received bytes, by the name of the stream.</param>
    public ResumableOutput(long window, IReadOnlyDictionary<string, StreamDigest> received)
        => Streams = [.. received.Select(stream => new IncomingStream(stream.Key, window, stream.Value) { OutlivesChannel = true })];

    /// <summary>All streams.</summary>
    public IReadOnlyList<IncomingStream> Streams { get; }

    public IncomingStream this[string name] => Streams.First(stream => stream.Name == name);

    /// <summary>The current positions, for the request that resumes the streams.</summary>
    public IReadOnlyDictionary<string, StreamPosition> Positions()
    {
        var positions = new Dictionary<string, StreamPosition>(StringComparer.Ordinal);
        foreach (IncomingStream stream in Streams)
        {
            if (stream.Position() is { } position)
                positions[stream.Name] = position;
        }

        _asked = positions;
        return positions;
    }

    /// <summary>The offsets at which the streams began, after the server has said so.</summary>
    public IReadOnlyDictionary<string, long> Begins() => _begins;

    /// <summary>Takes the offsets from the server; a stream that has begun must continue where it stands.</summary>
    public void Place(OpenedMessage opened)
    {
        foreach (IncomingStream stream in Streams)
        {
            if (opened.Streams is null || !opened.Streams.TryGetValue(stream.Name, out long begin))
                throw new UnverifiedOutputException($"the server did not say where {stream.Name} begins");
            // Compared with the requested position, not the current one: data may have arrived before this answer was processed.
            if (_asked.TryGetValue(stream.Name, out StreamPosition? stood))
            {
                if (stood.From != begin)
                    throw new UnverifiedOutputException($"the bytes {stood.From} to {begin} of {stream.Name} are no longer there");
            }
            else if (!stream.StartAt(begin))
            {
                throw new UnverifiedOutputException($"{stream.Name} does not begin at byte {begin}, as the server says");
            }

            _begins.TryAdd(stream.Name, begin);
        }
    }

    /// <summary>Checks that the result agrees with the streams, whose own digests were checked when they ended.</summary>
    public void Verify(ResultMessage result)
    {
        foreach (IncomingStream stream in Streams)
        {
            if (result.Streams.TryGetValue(stream.Name, out StreamTotal? total) && total == stream.Announced)
                continue;
            string text = $"{stream.Name} differs from the result: {stream.Taken.Total} bytes arrived, {total?.Total ?? 0} were announced";
            throw new UnverifiedOutputException(text);
        }
    }

    /// <summary>The size and digest of what arrived.</summary>
    public IReadOnlyDictionary<string, StreamTotal> Totals()
        => Streams.ToDictionary(stream => stream.Name, stream => stream.Taken, StringComparer.Ordinal);
}
