namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A folder for large files. Deleted at the end.</summary>
internal sealed class BulkFolder : IDisposable
{
    // Files of two kinds of rows, and their copies.
    private const long Needed = 6L << 30;

    private BulkFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes a folder in memory if there is room, because the disk should not be measured.</summary>
    public static BulkFolder Create()
    {
        const string memory = "/dev/shm";
        bool fits = Directory.Exists(memory) && new DriveInfo(memory).AvailableFreeSpace > Needed;
        string temporary = Directory.CreateTempSubdirectory("rsh-compare-bulk-").FullName;
        if (!fits)
            return new(temporary);
        Directory.Delete(temporary);
        return new(Directory.CreateDirectory(System.IO.Path.Combine(memory, System.IO.Path.GetFileName(temporary))).FullName);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
