using RemoteShell.Client.Results;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client.Requests;

/// <summary>What an earlier process has received of a command's output.</summary>
/// <param name="Age">The time since that process may have sent the command first.</param>
/// <param name="Streams">The digest of the received bytes, by the name of the stream.</param>
internal sealed record ReceivedOutput(RequestAge Age, IReadOnlyDictionary<string, StreamDigest> Streams)
{
    /// <summary>Reads the bytes of the earlier process.</summary>
    public static async Task<ReceivedOutput> ReadAsync(ResumePoint point, string digest, CancellationToken cancellationToken)
    {
        var age = RequestAge.Of(point.Age);
        StreamDigest output = await ReceivedBytes.DigestAsync(point.Output, digest, cancellationToken).ConfigureAwait(false);
        StreamDigest error = await ReceivedBytes.DigestAsync(point.Error, digest, cancellationToken).ConfigureAwait(false);
        var streams = new Dictionary<string, StreamDigest>(StringComparer.Ordinal)
        {
            [OutputStreamNames.StandardOutput] = output,
            [OutputStreamNames.StandardError] = error,
        };
        return new(age, streams);
    }
}
