namespace RemoteShell.Files.Partials;

/// <summary>Whether a finished file is forced to the disk.</summary>
public enum FsyncMode
{
    /// <summary>The kernel writes it when it likes.</summary>
    None,

    /// <summary>The file is on the disk before it has its name, and the name before the call returns.</summary>
    File,
}
