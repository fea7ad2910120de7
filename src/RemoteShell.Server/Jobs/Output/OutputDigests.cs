using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>The digests of a job's outputs, computed while somebody waits for them. A job does not wait for it.</summary>
/// <param name="streams">The outputs, by the stream's name.</param>
/// <param name="algorithm">The algorithm of the digests.</param>
internal sealed class OutputDigests(IReadOnlyDictionary<string, JobOutput> streams, string algorithm)
{
    private readonly Dictionary<string, OutputDigest> _digests = streams.ToDictionary(
        stream => stream.Key, stream => new OutputDigest(stream.Value, algorithm), StringComparer.Ordinal);

    /// <summary>Waits until the outputs are complete, and returns the total and digest of each.</summary>
    /// <returns>By the stream's name; null for an output of which bytes were dropped before they were read.</returns>
    public async Task<IReadOnlyDictionary<string, StreamTotal?>> ReadAsync(CancellationToken cancellationToken)
    {
        StreamTotal?[] totals = await Task.WhenAll(_digests.Values.Select(digest => digest.ReadAsync(cancellationToken)));
        return _digests.Keys.Zip(totals).ToDictionary(stream => stream.First, stream => stream.Second, StringComparer.Ordinal);
    }
}
