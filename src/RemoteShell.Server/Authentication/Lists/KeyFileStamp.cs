namespace RemoteShell.Server.Authentication.Lists;

/// <summary>What differs once one file of the <see cref="KeyFiles"/> has been written or replaced.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="File">The file; null if it cannot be reached.</param>
internal readonly record struct KeyFileStamp(string Path, FileStamp? File)
{
    /// <summary>Reads the stamp of a file.</summary>
    public static KeyFileStamp Of(string path) => new(path, FileStamp.Of(path));
}
