using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Counts what a transfer does, and reports it.</summary>
/// <param name="progress">Receives each step; null: none.</param>
internal sealed class TransferTally(IProgress<TransferProgress>? progress)
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private TransferProgress _now = new();

    /// <summary>Notes an entry that was found.</summary>
    public void Find(long bytes) => Report(now => now with { Found = now.Found + 1, FoundBytes = now.FoundBytes + bytes });

    /// <summary>Notes that the transfer goes on with a folder that an interrupted one has begun.</summary>
    public void ContinueFolder() => Report(now => now with { ContinuesFolder = true });

    /// <summary>Notes that everything was found.</summary>
    public void FindNoMore() => Report(now => now with { IsTotalKnown = true });

    /// <summary>Notes content of a file that was transferred.</summary>
    public void Move(string path, long bytes) => Report(now => now with { Current = path, Bytes = now.Bytes + bytes });

    /// <summary>Notes content of a file that was there already.</summary>
    public void FindPresent(string path, long bytes) => Report(now => now with
    {
        Current = path,
        Bytes = now.Bytes + bytes,
        PresentBytes = now.PresentBytes + bytes,
    });

    /// <summary>Notes that the content of a file is about to be sent.</summary>
    /// <exception cref="FileException">It may not be sent: the progress refuses it.</exception>
    public void Begin(OfferedEntry offered)
    {
        lock (_gate)
            progress?.Report(_now with { Begun = ItemOf(offered) });
        offered.IsBegun = true;
    }

    /// <summary>Notes a file whose content was begun to be sent, and whose outcome the receiver does not tell any more.</summary>
    public void Abort(OfferedEntry offered) => Abort(ItemOf(offered));

    /// <summary>Notes a file of which a part has arrived, and whose rest does not arrive any more.</summary>
    public void Abort(TransferItem item)
    {
        lock (_gate)
            progress?.Report(_now with { Aborted = item });
    }

    /// <summary>Notes the outcome of an entry.</summary>
    public void Finish(TransferItem item)
    {
        lock (_gate)
        {
            _now = _now with { Done = _now.Done + 1, Current = null };
            progress?.Report(_now with { Finished = item });
        }
    }

    /// <summary>Notes something that is not sent. Its outcome comes when the receiver has told it.</summary>
    public void NoteUnsent(FaultRecord fault)
    {
        var item = new TransferItem
        {
            Path = fault.Path,
            Outcome = fault.IsSkipped ? TransferOutcome.Skipped : TransferOutcome.Failed,
            Reason = fault.Text,
            FullPath = fault.FullPath,
        };
        lock (_gate)
        {
            _now = _now with { Found = _now.Found + (fault.IsFolder ? 0 : 1) };
            progress?.Report(_now with { Unsent = item });
        }
    }

    private static TransferItem ItemOf(OfferedEntry offered) => new()
    {
        Path = offered.Record.Path,
        Outcome = TransferOutcome.Failed,
        Size = offered.Record.Size,
        MovedBeforeFailure = offered.Moved,
        Sent = offered.Sent,
        FullPath = offered.FullPath,
    };

    private void Report(Func<TransferProgress, TransferProgress> change)
    {
        lock (_gate)
        {
            _now = change(_now);
            progress?.Report(_now);
        }
    }
}
