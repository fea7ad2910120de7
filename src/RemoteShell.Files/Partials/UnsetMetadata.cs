namespace RemoteShell.Files.Partials;

/// <summary>What was wanted of a file, folder or link, and could not be set.</summary>
[Flags]
public enum UnsetMetadata
{
    /// <summary>It has all that was wanted.</summary>
    None = 0,

    /// <summary>The owner or the group: not known here, or not allowed.</summary>
    Owner = 1,

    /// <summary>Extended attributes outside <c>user.</c>: not allowed, or not known to the file system.</summary>
    Attributes = 2,
}
