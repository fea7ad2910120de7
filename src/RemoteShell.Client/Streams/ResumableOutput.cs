using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Streams;

/// <summary>The byte streams of a job on their way here, which go on from one connection to the next.</summary>
/// <param name="window">Bytes of each that may wait here.</param>
/// <param name="digest">The algorithm of their digests.</param>
/// <param name="from">Where they begin; null where the server decides that.</param>
/// <param name="names">Their names.</param>
internal sealed class ResumableOutput(long window, string digest, long? from, params IReadOnlyList<string> names)
{
    private readonly Dictionary<string, long> _begins = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, StreamPosition> _asked = new Dictionary<string, StreamPosition>();

    /// <summary>All of them.</summary>
    public IReadOnlyList<IncomingStream> Streams { get; } = [.. names.Select(name => new IncomingStream(name, window, digest, from) { OutlivesChannel = true, DigestsEachChannel = from is null })];

    public IncomingStream this[string name] => Streams.First(stream => stream.Name == name);

    /// <summary>Where they stand, for the request that goes on with them.</summary>
    public IReadOnlyDictionary<string, StreamPosition> Positions()
        => _asked = (from stream in Streams let position = stream.Position() where position is not null select (stream.Name, position)).ToDictionary(pair => pair.Name, pair => pair.position, StringComparer.Ordinal);

    /// <summary>Where they began, once the server has said it.</summary>
    public IReadOnlyDictionary<string, long> Begins() => _begins;

    /// <summary>The server says where they begin; those that are under way must go on where they stand.</summary>
    public void Place(OpenedMessage opened)
    {
        foreach (IncomingStream stream in Streams)
        {
            if (opened.Streams is null || !opened.Streams.TryGetValue(stream.Name, out long begin))
                throw new UnverifiedOutputException($"the server did not say where {stream.Name} begins");
            // Not where it stands by now: data may have come before this answer was looked at.
            if (_asked.TryGetValue(stream.Name, out StreamPosition? stood) && stood.From != begin)
                throw new UnverifiedOutputException($"of {stream.Name} the bytes from {stood.From} to {begin} are no longer there");
            stream.StartAt(begin);
            _begins.TryAdd(stream.Name, begin);
        }
    }

    /// <summary>The digests of the streams' ends were checked as they came; the result must tell the same story.</summary>
    public void Verify(ResultMessage result)
    {
        foreach (IncomingStream stream in Streams)
            if (!result.Streams.TryGetValue(stream.Name, out StreamTotal? total) || total != stream.Announced)
                throw new UnverifiedOutputException($"{stream.Name} is not what the result says: {stream.Taken.Total} bytes came, {total?.Total ?? 0} were announced");
    }

    /// <summary>What the streams came to here.</summary>
    public IReadOnlyDictionary<string, StreamTotal> Totals() => Streams.ToDictionary(stream => stream.Name, stream => stream.Taken, StringComparer.Ordinal);
}
