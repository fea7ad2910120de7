namespace RemoteShell.Client;

/// <summary>A file on the server.</summary>
public sealed record RemoteFile
{
    /// <summary>The path in the request.</summary>
    public required string Path { get; init; }

    /// <summary>The size in bytes.</summary>
    /// <remarks>Before the file has arrived: its size when it was opened, which is 0 for files such as those in /proc.</remarks>
    public long Size { get; init; }

    /// <summary>The permission bits; null if the server's system has none.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>When the file was last changed.</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary><c>crc32c:</c> or <c>sha256:</c> and hex digits; empty before the file has arrived.</summary>
    /// <remarks><see cref="ClientOptions.FileDigest"/> selects the algorithm.</remarks>
    public string Digest { get; init; } = "";
}
