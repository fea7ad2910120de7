using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client.Options;

/// <summary>The words for <see cref="DigestAlgorithm"/> on the wire.</summary>
internal static class DigestAlgorithmWords
{
    public static string Of(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? "sha256" : StreamDigest.Crc32C;
}
