namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>Opens files of the server's state that only its user may read or write (mode 0600).</summary>
internal static class StateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file without a buffer, and restricts one that exists. On Windows the access rules of its folder apply.</summary>
    public static FileStream Open(string path, FileStreamOptions options)
    {
        options.BufferSize = 0;
        if (OperatingSystem.IsWindows())
            return new(path, options);
        options.UnixCreateMode = OwnerOnly;
        var file = new FileStream(path, options);
        File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
        return file;
    }
}
