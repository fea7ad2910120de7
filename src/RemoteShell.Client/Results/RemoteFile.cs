namespace RemoteShell.Client;

/// <summary>A file on the server.</summary>
public sealed record RemoteFile
{
    /// <summary>The path in the request.</summary>
    public required string Path { get; init; }

    /// <summary>The size in bytes. Before the file has arrived: its size when it was opened, which is 0 for files such as those in /proc.</summary>
    public long Size { get; init; }

    /// <summary>The permission bits; null if the server's system has none.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>When the file was last changed.</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary><c>crc32c:</c> or <c>sha256:</c> and hex digits, as <see cref="ClientOptions.FileDigest"/> says; empty before the file has arrived.</summary>
    public string Digest { get; init; } = "";
}
