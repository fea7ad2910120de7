using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Trees;

/// <summary>One item of a walk.</summary>
public sealed record TreeItem
{
    /// <summary>What the item says.</summary>
    public required TreeItemKind Kind { get; init; }

    /// <summary>The path from the top of the walk; empty for the top itself.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>The metadata of <see cref="TreeItemKind.Entry"/>; null for the others.</summary>
    public FileEntry? Entry { get; init; }

    /// <summary>The failure of <see cref="TreeItemKind.Fault"/>; null for the others.</summary>
    public FileException? Fault { get; init; }

    /// <summary>Of <see cref="TreeItemKind.Fault"/>: whether a folder cannot be listed. It came before, or is the top.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Of <see cref="TreeItemKind.EndOfFolder"/>: whether everything in the folder and below it was read.</summary>
    public bool IsComplete { get; init; }

    /// <summary>What a symbolic link says; null for all others.</summary>
    public byte[]? LinkTarget { get; init; }
}
