namespace RemoteShell.Client;

/// <summary>How a whole stream is verified, in addition to each frame of it.</summary>
public enum DigestAlgorithm
{
    /// <summary>CRC-32C: finds damage, as fast as memory can be read.</summary>
    Crc32C,

    /// <summary>SHA-256, as <c>sha256sum</c> prints it.</summary>
    Sha256,
}
