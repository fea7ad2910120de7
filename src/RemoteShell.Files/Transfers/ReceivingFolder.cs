using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>A folder of which not everything has arrived.</summary>
/// <param name="record">What the sender told, without the path.</param>
/// <param name="path">Where it is.</param>
internal sealed class ReceivingFolder(EntryRecord record, RelativePath path)
{
    /// <summary>What the sender told, without the path.</summary>
    public EntryRecord Record => record;

    /// <summary>Where it is.</summary>
    public RelativePath Path => path;

    /// <summary>The names in it, if what has no name in the source is deleted; null otherwise.</summary>
    public HashSet<FileName>? Names { get; init; }

    /// <summary>The files and hard links in it that are still arriving.</summary>
    public int Arriving { get; set; }

    /// <summary>Whether the sender has named everything in it.</summary>
    public bool IsNamed { get; set; }

    /// <summary>Whether the folder is not there, because nothing is changed: all in it would be transferred.</summary>
    public bool IsPlanned { get; init; }

    /// <summary>Why nothing can be put into it; null: it can.</summary>
    public string? Fault { get; init; }

    /// <summary>The outcome to send when the folder is complete; null: it was sent already.</summary>
    public TransferItem? Outcome { get; set; }
}
