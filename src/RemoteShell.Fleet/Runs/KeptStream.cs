using RemoteShell.Client.Streams;

namespace RemoteShell.Fleet.Runs;

/// <summary>Appends one output stream of a host to its file, which is created with the first byte.</summary>
/// <param name="path">The file.</param>
/// <param name="origin">Whether the file may exist already.</param>
internal sealed class KeptStream(string path, RunOrigin origin) : WriteOnlyStream
{
    private FileStream? _file;

    // Null: the file system has not been asked. While this object is used, it alone makes or removes the file.
    private bool? _isThere = origin == RunOrigin.New ? false : null;

    /// <summary>The name of the file, without its folder.</summary>
    public string Name => Path.GetFileName(path);

    /// <summary>Whether there is a file.</summary>
    public bool IsThere => _isThere ??= File.Exists(path);

    /// <summary>What an earlier client has kept, to read it; null if that is nothing.</summary>
    public FileStream? OpenKept() => File.Exists(path) ? File.OpenRead(path) : null;

    /// <summary>Removes the file: another one has the same content.</summary>
    public void Drop()
    {
        Dispose();
        File.Delete(path);
        _isThere = false;
    }

    /// <summary>Closes the file, and returns when it is on the disk.</summary>
    public void Keep()
    {
        _file?.Flush(flushToDisk: true);
        Dispose();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _file ??= RunFile.Append(path);
        _isThere = true;
        _file.Write(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        _file?.Dispose();
        _file = null;
        base.Dispose(disposing);
    }
}
