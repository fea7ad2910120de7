namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the sender: a file was sent to its end, or not.</summary>
internal sealed record EndOfFileRecord : TransferRecord
{
    /// <summary>The entry.</summary>
    public long Id { get; init; }

    /// <summary>The size of a stream in bytes; 0 for other files.</summary>
    public long Size { get; init; }

    /// <summary>The CRC-32C of all bytes that were sent of it, holes as zeros.</summary>
    public string? Checksum { get; init; }

    /// <summary>The SHA-256 of the whole file, if the rules want it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Why the file could not be sent to its end; null: it was.</summary>
    public string? Fault { get; init; }
}
