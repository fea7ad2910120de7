using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>A regular file that is open for reading. The caller disposes it. Safe for use by several threads.</summary>
public sealed class OpenedFile : IDisposable
{
    internal const int ReadFlags = Flags.ReadOnly | Flags.NonBlocking | Flags.NoControllingTerminal | Flags.CloseOnExec;

    private readonly SafeFileHandle _handle;
    private readonly string _text;

    private OpenedFile(SafeFileHandle handle, FileEntry entry, string text)
    {
        _handle = handle;
        _text = text;
        Entry = entry;
    }

    /// <summary>The descriptor.</summary>
    internal SafeFileHandle Handle => _handle;

    /// <summary>The metadata when the file was opened.</summary>
    public FileEntry Entry { get; }

    /// <summary>Reads bytes from an offset.</summary>
    /// <returns>How many bytes were read; fewer than asked for only at the end, and 0 there.</returns>
    /// <exception cref="FileException">The file cannot be read.</exception>
    public int Read(long offset, Span<byte> buffer) => FileReads.Read(_handle, offset, buffer, _text);

    /// <summary>Finds the next part of the file that is not a hole.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <returns>The start, which is not before the offset, and the end; null if there is only a hole to the end of the file.</returns>
    /// <remarks>Where the file system does not know holes, all of the file is data.</remarks>
    public (long Start, long End)? NextData(long offset) => FileReads.NextData(_handle, offset, _text);

    /// <summary>Whether the size or a time of the file differs from <see cref="Entry"/>.</summary>
    public bool HasChanged()
    {
        FileEntry now = StatReader.Read(_handle, _text);
        return now.Size != Entry.Size || now.Modified != Entry.Modified || now.Changed != Entry.Changed;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Takes over an open file, which is closed if it is not a regular file.</summary>
    internal static OpenedFile Of(SafeFileHandle handle, string text)
    {
        try
        {
            FileEntry entry = StatReader.Read(handle, text);
            if (entry.Kind == EntryKind.File)
                return new(handle, entry, text);
            throw new FileException(entry.Kind == EntryKind.Folder ? FileFault.IsFolder : FileFault.NotRegular, text);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}
