namespace RemoteShell.Files.Transfers;

/// <summary>A transfer that locks the files that it writes, and that gives them up when its client has gone.</summary>
/// <param name="files">The files that all transfers of this process hold.</param>
/// <param name="tryEnd">Ends the transfer if its client has gone; null: it has a client. It completes when its locks are free.</param>
internal sealed class TransferHolder(HeldFiles files, Func<Task?> tryEnd)
{
    /// <summary>Notes that this transfer has locked a file.</summary>
    public void Add(HeldFile file) => files.Add(file, this);

    /// <summary>Notes that this transfer has released a file.</summary>
    public void Remove(HeldFile file) => files.Remove(file, this);

    /// <summary>Ends the transfer that holds a file, if its client has gone.</summary>
    /// <returns>Completes when the file is free; null if it stays locked.</returns>
    public Task? TryFree(HeldFile file)
    {
        TransferHolder? other = files.Find(file);
        return other is null || ReferenceEquals(other, this) ? null : other.TryEnd();
    }

    private Task? TryEnd() => tryEnd();
}
