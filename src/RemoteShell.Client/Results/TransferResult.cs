using RemoteShell.Files.Transfers;

namespace RemoteShell.Client;

/// <summary>What a transfer did.</summary>
public sealed record TransferResult
{
    /// <summary>Files, folders and links that were transferred.</summary>
    public long Transferred { get; init; }

    /// <summary>Those that were there already.</summary>
    public long Unchanged { get; init; }

    /// <summary>Devices, FIFOs, sockets and partial files.</summary>
    public long Skipped { get; init; }

    /// <summary>Those whose owner or group was wanted, and could not be set.</summary>
    public long OtherOwner { get; init; }

    /// <summary>Those whose extended attributes were wanted, and could not all be set.</summary>
    public long OtherAttributes { get; init; }

    /// <summary>Those that were deleted at the target.</summary>
    public long Deleted { get; init; }

    /// <summary>Bytes of content that were transferred or were there already.</summary>
    public long Bytes { get; init; }

    /// <summary>Those that failed, at most the first 1000; <see cref="Failed"/> counts all.</summary>
    public IReadOnlyList<TransferItem> Failures { get; init; } = [];

    /// <summary>How many failed.</summary>
    public long Failed { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
