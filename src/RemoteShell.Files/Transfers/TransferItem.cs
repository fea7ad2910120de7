using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>What became of one file, folder or link.</summary>
public sealed record TransferItem
{
    /// <summary>The path below the target; bytes that are not UTF-8 as <c>\xNN</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What became of it.</summary>
    public required TransferOutcome Outcome { get; init; }

    /// <summary>
    /// Why it failed, was skipped, or was sent from its beginning although a part was there; of <see cref="TransferOutcome.WouldSet"/>
    /// what would be set, such as <c>mode, time</c>; null otherwise.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The size of a file in bytes; 0 for others.</summary>
    public long Size { get; init; }

    /// <summary>The bytes of the file that an earlier transfer had left, and that were not sent again.</summary>
    public long Kept { get; init; }

    /// <summary>The digest of a file: <c>crc32c:</c> or <c>sha256:</c> and hex digits; null if it has none.</summary>
    public string? Digest { get; init; }

    /// <summary>What of the source's metadata was wanted, and could not be set at the target.</summary>
    public UnsetMetadata Unset { get; init; }

    /// <summary>The bytes of the file that are at the target, or were when it failed; 0 for what is not a file.</summary>
    internal long Moved => Outcome == TransferOutcome.Failed ? MovedBeforeFailure : Size;

    /// <summary>If it failed: the bytes of the file that had been transferred, with those of an earlier transfer.</summary>
    internal long MovedBeforeFailure { get; init; }

    /// <summary>At the sender: the bytes of the file that it has sent, by its own count; null at the receiver.</summary>
    internal long? Sent { get; init; }

    /// <summary>The absolute path at this end, escaped; null: it is not at this end, or not known.</summary>
    internal string? FullPath { get; init; }

    /// <summary>What the receiver tells; null if the outcome is not known.</summary>
    internal static TransferItem? TryOf(OutcomeRecord record) => !Enum.TryParse(record.Outcome, out TransferOutcome outcome)
        ? null
        : new()
        {
            Path = record.Path,
            Outcome = outcome,
            Reason = record.Reason,
            Size = record.Size,
            Kept = record.Kept,
            Digest = record.Digest,
            Unset = (record.HasOtherOwner ? UnsetMetadata.Owner : UnsetMetadata.None)
                | (record.HasOtherAttributes ? UnsetMetadata.Attributes : UnsetMetadata.None),
        };
}
