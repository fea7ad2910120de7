namespace RemoteShell.Files.Transfers;

/// <summary>How far a transfer is.</summary>
public sealed record TransferProgress
{
    /// <summary>Files, folders and links whose outcome is known.</summary>
    public long Done { get; init; }

    /// <summary>Files, folders and links that were found so far.</summary>
    public long Found { get; init; }

    /// <summary>Bytes of content that were transferred or were there already.</summary>
    public long Bytes { get; init; }

    /// <summary>Those of <see cref="Bytes"/> that the target had already. They took no time, so a rate leaves them out.</summary>
    public long PresentBytes { get; init; }

    /// <summary>Bytes of content that were found so far.</summary>
    public long FoundBytes { get; init; }

    /// <summary>Whether everything was found: <see cref="Found"/> and <see cref="FoundBytes"/> do not grow any more.</summary>
    public bool IsTotalKnown { get; init; }

    /// <summary>
    /// Whether the transfer goes on with a folder that an interrupted one has begun: the paths begin with the name of the target, as when
    /// it did not exist.
    /// </summary>
    public bool ContinuesFolder { get; init; }

    /// <summary>The path of the file in hand; null between files.</summary>
    public string? Current { get; init; }

    /// <summary>An entry whose outcome has just become known; null in other reports.</summary>
    public TransferItem? Finished { get; init; }

    /// <summary>At the sender: a file whose content is about to be sent; null in other reports.</summary>
    internal TransferItem? Begun { get; init; }

    /// <summary>A file that was begun when the transfer ended before its end; null in other reports.</summary>
    internal TransferItem? Aborted { get; init; }

    /// <summary>At the sender: something that it does not send, when it tells the receiver; null in other reports.</summary>
    internal TransferItem? Unsent { get; init; }
}
