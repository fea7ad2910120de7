namespace RemoteShell.Files.Trees;

/// <summary>What a <see cref="TreeItem"/> says.</summary>
public enum TreeItemKind
{
    /// <summary>There is an entry. If it is a folder, its entries follow.</summary>
    Entry,

    /// <summary>All entries of a folder came before.</summary>
    EndOfFolder,

    /// <summary>An entry, or the entries of a folder, cannot be read.</summary>
    Fault,
}
