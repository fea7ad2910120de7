namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the server: nothing is transferred.</summary>
internal sealed record RefusalRecord : TransferRecord
{
    /// <summary>The name of a <see cref="Folders.FileFault"/>.</summary>
    public required string Fault { get; init; }

    /// <summary>What happened, for people.</summary>
    public required string Text { get; init; }

    /// <summary>What the user can do.</summary>
    public string? Hint { get; init; }
}
