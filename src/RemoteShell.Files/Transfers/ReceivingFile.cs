using System.Security.Cryptography;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>A file whose content the receiver has asked for.</summary>
/// <param name="Record">What the sender told.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="Charge">What it takes of the quota.</param>
internal sealed record ReceivingFile(EntryRecord Record, RelativePath Path, ContentCharge Charge) : IDisposable
{
    /// <summary>The file in the making; null until its first bytes.</summary>
    public PartialFile? Partial { get; set; }

    /// <summary>Whether bytes of this transfer have been written to it.</summary>
    public bool IsBegun => Partial is { } partial && partial.Length > partial.From;

    /// <summary>Notes that the lock of the file is released; null if that is not noted.</summary>
    public Action? Released { get; set; }

    /// <summary>The SHA-256 of the file so far; null if it is not wanted, or if the beginning was there before.</summary>
    public IncrementalHash? Sha256 { get; set; }

    /// <summary>Records what has arrived, for a later transfer. Without it, only whole pieces are.</summary>
    public void TryKeep()
    {
        Leave();
        try
        {
            if (Partial is { CanResume: true, Length: >= PartialFile.PieceLength } partial)
                partial.Keep();
        }
        catch (FileException)
        {
            // The disk takes no more. The pieces that were recorded stay.
        }
    }

    /// <summary>Drops what is not worth keeping, and counts what stays. The file gets no more content.</summary>
    public void Leave()
    {
        // No later transfer has the same stream.
        if (Record.IsStream)
            Partial?.TryDrop();
        Charge.Leave(Partial);
    }

    /// <summary>Closes the file; what is worth it stays for a later transfer.</summary>
    public void Dispose()
    {
        Leave();
        Partial?.Dispose();
        Released?.Invoke();
        Sha256?.Dispose();
    }
}
