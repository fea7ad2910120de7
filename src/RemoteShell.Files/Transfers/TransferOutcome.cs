namespace RemoteShell.Files.Transfers;

/// <summary>What became of a file, folder or link of a transfer.</summary>
public enum TransferOutcome
{
    /// <summary>It is at the target, whole and verified.</summary>
    Transferred,

    /// <summary>It was there already.</summary>
    Unchanged,

    /// <summary>It is not transferred: a device, a FIFO, a socket, or a partial file.</summary>
    Skipped,

    /// <summary>It was deleted at the target, which has more than the source.</summary>
    Deleted,

    /// <summary>It would be transferred; nothing was done.</summary>
    WouldTransfer,

    /// <summary>It is there already, and its mode, time, owner or attributes would be set; nothing was done.</summary>
    WouldSet,

    /// <summary>It would be deleted; nothing was done.</summary>
    WouldDelete,

    /// <summary>It is not at the target, or not whole; an old content is still there.</summary>
    Failed,
}
