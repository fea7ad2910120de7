using System.Collections.Concurrent;

namespace RemoteShell.Files.Transfers;

/// <summary>The files whose locks the transfers of this process hold. Safe for use by several threads.</summary>
internal sealed class HeldFiles
{
    private readonly ConcurrentDictionary<HeldFile, TransferHolder> _holders = new();

    /// <summary>Notes that a transfer has locked a file.</summary>
    public void Add(HeldFile file, TransferHolder holder) => _holders[file] = holder;

    /// <summary>Notes that a transfer has released a file. Another one may have locked it since.</summary>
    public void Remove(HeldFile file, TransferHolder holder) => _holders.TryRemove(new(file, holder));

    /// <summary>Finds the transfer that holds a file; null if none of this process does.</summary>
    public TransferHolder? Find(HeldFile file) => _holders.GetValueOrDefault(file);
}
