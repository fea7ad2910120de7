namespace RemoteShell.Client;

/// <summary>A file at the server.</summary>
public sealed record RemoteFile
{
    /// <summary>Its path, as it was asked for.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes. Before the file has come: what it had when it was opened, which is 0 for files that only the system knows the end of.</summary>
    public long Size { get; init; }

    /// <summary>Permission bits; null where the server's system has none.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary><c>crc32c:</c> or <c>sha256:</c> and hex digits, as <see cref="ClientOptions.FileDigest"/> says; empty before the file has come.</summary>
    public string Digest { get; init; } = "";
}
