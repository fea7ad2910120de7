namespace RemoteShell.Files.Folders;

/// <summary>The extended attributes of an entry that this process may read.</summary>
/// <param name="Found">The attributes.</param>
/// <param name="IsWhole">Whether these are all of <c>user.</c>: none could not be read.</param>
internal sealed record AttributeList(IReadOnlyList<FileAttribute> Found, bool IsWhole);
