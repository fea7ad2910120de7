using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>An open folder. The caller disposes it. Methods that take a name work on the entry itself, and never follow a link.</summary>
/// <remarks>
/// The folder stays the same if it is renamed meanwhile. Safe for use by several threads. All methods throw
/// <see cref="FileException"/> if the file system refuses.
/// </remarks>
public sealed class Folder : IDisposable
{
    /// <summary>How many names of a folder are in memory where all of them are used, one part after the other.</summary>
    internal const int MostNames = 32768;

    // PATH_MAX
    private const int MaxTarget = 4096;

    private readonly SafeFileHandle _handle;
    private string? _fullPath;

    internal Folder(SafeFileHandle handle, string text)
    {
        _handle = handle;
        Text = text;
    }

    /// <summary>The path for messages, escaped, as the request named it.</summary>
    public string Text { get; }

    internal SafeFileHandle Handle => _handle;

    /// <summary>The absolute path that the folder had at the first call, escaped; <see cref="Text"/> if it is not known.</summary>
    internal string FullPath => _fullPath ??= DescriptorPath.Read(_handle) ?? Text;

    /// <summary>Opens a folder, and follows links.</summary>
    /// <param name="path">The path; relative to the folder of the process.</param>
    /// <exception cref="FileException">The folder cannot be opened.</exception>
    public static Folder Open(ReadOnlySpan<byte> path)
    {
        FolderOpener.RequireLinux();
        string text = EscapedBytes.Of(path);
        if (path.IsEmpty)
            throw new FileException(FileFault.NotFound, text);
        return new(FolderOpener.Follow(FileCalls.CurrentFolder, PathBytes.WithoutNul(path, text), text), text);
    }

    /// <summary>Opens a folder in this one. A link is not a folder.</summary>
    public Folder OpenFolder(FileName name)
    {
        string text = TextOf(name);
        const int Mode = FolderOpener.PathFlags;
        SafeFileHandle opened = FileCalls.OpenAt(_handle, name.NulTerminated, Mode | Flags.Folder | Flags.NoFollow, 0);
        return new(Checked(opened, text), text);
    }

    /// <summary>Opens a folder below this one. No component may be a link. The empty path is this folder.</summary>
    public Folder OpenFolder(RelativePath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.IsEmpty)
            return Duplicate();
        string text = Join(Text, path.Escaped);
        return new(FolderOpener.WithoutLinks(_handle, path.ToBytes(), text), text);
    }

    /// <summary>Opens the folder that contains this one, as <c>..</c> does.</summary>
    internal Folder OpenParent()
    {
        const int Mode = FolderOpener.PathFlags;
        return new(Checked(FileCalls.OpenAt(_handle, "..\0"u8, Mode | Flags.Folder, 0), Text), Join(Text, ".."));
    }

    /// <summary>Opens the same folder once more.</summary>
    public Folder Duplicate()
    {
        int copy = FileCalls.Control(_handle, Flags.DuplicateCloseOnExec, 0);
        return copy < 0 ? throw LastError(Text) : new(new SafeFileHandle(copy, ownsHandle: true), Text);
    }

    /// <summary>Reads the metadata of this folder.</summary>
    public FileEntry Self() => StatReader.Read(_handle, Text);

    /// <summary>Reads the metadata of an entry.</summary>
    public FileEntry Stat(FileName name)
        => StatReader.TryRead(_handle, name.NulTerminated, out int error) ?? throw FileException.Of(error, TextOf(name));

    /// <summary>Reads the metadata of an entry; null only if it does not exist.</summary>
    public FileEntry? TryStat(FileName name)
    {
        FileEntry? entry = StatReader.TryRead(_handle, name.NulTerminated, out int error);
        return entry is not null || error == Errno.NoEntry ? entry : throw FileException.Of(error, TextOf(name));
    }

    /// <summary>Lists the names in this folder, sorted by their bytes, without <c>.</c> and <c>..</c>.</summary>
    /// <remarks>All names are in memory. An entry that is made or removed meanwhile may be missing or present.</remarks>
    public IReadOnlyList<FileName> List() => ListAfter(null, int.MaxValue);

    /// <summary>Lists the first names after one, sorted by their bytes. Reads the whole folder, and keeps at most twice as many.</summary>
    /// <param name="last">The name after which the list begins; null: at the first.</param>
    /// <param name="most">The most names.</param>
    public IReadOnlyList<FileName> ListAfter(FileName? last, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        var names = new List<FileName>();
        // A name after this one is not among the first.
        FileName? limit = null;
        using NameReader reader = OpenNames();
        while (reader.Read())
        {
            bool isAfter = last is not { } from || reader.Name.SequenceCompareTo(from.Bytes) > 0;
            if (!isAfter || (limit is { } to && reader.Name.SequenceCompareTo(to.Bytes) > 0))
                continue;
            names.Add(FileName.Of(reader.Name));
            if (names.Count / 2 == most)
                limit = KeepFirst(names, most);
        }

        KeepFirst(names, most);
        return names;
    }

    /// <summary>Reads the names in this folder, sorted by their bytes, without <c>.</c> and <c>..</c>.</summary>
    /// <remarks>At most 65,536 are in memory. An entry that is made or removed meanwhile may be missing or present.</remarks>
    public IEnumerable<FileName> ReadSorted()
    {
        FileName? last = null;
        IReadOnlyList<FileName> names;
        do
        {
            names = ListAfter(last, MostNames);
            foreach (FileName name in names)
                yield return name;
            last = names.Count > 0 ? names[^1] : last;
        }
        while (names.Count == MostNames);
    }

    /// <summary>Reads the names in this folder, in the order of the file system, without <c>.</c> and <c>..</c>.</summary>
    /// <remarks>They are not in memory at once. An entry that is made or removed meanwhile may be missing or present.</remarks>
    public IEnumerable<FileName> ReadNames()
    {
        using NameReader reader = OpenNames();
        while (reader.Read())
            yield return FileName.Of(reader.Name);
    }

    /// <summary>Opens a regular file for reading. The caller disposes it.</summary>
    /// <remarks>Does not open a link, a pipe, a socket or a device, and never waits.</remarks>
    public OpenedFile OpenRead(FileName name)
    {
        string text = TextOf(name);
        // Opening a device can have an effect, so look first. If the entry is replaced in between, O_NONBLOCK keeps open from waiting.
        if (Stat(name).Kind is not EntryKind.File and var kind)
            throw new FileException(kind == EntryKind.Folder ? FileFault.IsFolder : FileFault.NotRegular, text);
        SafeFileHandle opened = FileCalls.OpenAt(_handle, name.NulTerminated, OpenedFile.ReadFlags | Flags.NoFollow, 0);
        return OpenedFile.Of(Checked(opened, text), text);
    }

    /// <summary>Makes a folder.</summary>
    /// <param name="name">The name.</param>
    /// <param name="mode">The mode; the umask of the process is subtracted.</param>
    public void MakeFolder(FileName name, int mode) => Check(FileCalls.MakeFolder(_handle, name.NulTerminated, (uint)mode), name);

    /// <summary>Makes a symbolic link.</summary>
    /// <param name="name">The name.</param>
    /// <param name="target">What the link says, 1 to 4,095 bytes. It need not exist.</param>
    public void MakeLink(FileName name, ReadOnlySpan<byte> target)
        => Check(FileCalls.MakeLink([.. PathBytes.WithoutNul(target, TextOf(name)), 0], _handle, name.NulTerminated), name);

    /// <summary>Reads what a symbolic link says.</summary>
    public byte[] ReadLink(FileName name)
    {
        var target = new byte[MaxTarget];
        nint length = FileCalls.ReadLink(_handle, name.NulTerminated, target, target.Length);
        Check((int)length, name);
        return target[..(int)length];
    }

    /// <summary>Makes a second name for a file. A link is not followed.</summary>
    /// <param name="existingFolder">The folder of the file.</param>
    /// <param name="existing">The name that the file has there.</param>
    /// <param name="name">The new name, in this folder.</param>
    public void MakeHardLink(Folder existingFolder, FileName existing, FileName name)
    {
        ArgumentNullException.ThrowIfNull(existingFolder);
        Check(FileCalls.MakeHardLink(existingFolder._handle, existing.NulTerminated, _handle, name.NulTerminated, 0), name);
    }

    /// <summary>Renames an entry of this folder, and replaces what has the new name.</summary>
    public void Rename(FileName from, Folder toFolder, FileName to)
    {
        ArgumentNullException.ThrowIfNull(toFolder);
        if (FileCalls.Rename(_handle, from.NulTerminated, toFolder._handle, to.NulTerminated) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            // The only cause that is left: all flags and names are valid.
            if (error == Errno.InvalidArgument)
                throw new FileException(FileFault.Other, toFolder.TextOf(to), "a directory cannot be moved into itself");
            // A name that does not exist is the old one; all other errors are about the new one.
            throw FileException.Of(error, error == Errno.NoEntry ? TextOf(from) : toFolder.TextOf(to));
        }
    }

    /// <summary>Removes an entry that is not a folder.</summary>
    public void Remove(FileName name) => Check(FileCalls.Remove(_handle, name.NulTerminated, 0), name);

    /// <summary>Removes an empty folder.</summary>
    public void RemoveFolder(FileName name) => Check(FileCalls.Remove(_handle, name.NulTerminated, Flags.RemoveFolder), name);

    /// <summary>Sets the 12 bits of the mode. A link has no mode: <see cref="FileFault.NotSupported"/>.</summary>
    public void SetMode(FileName name, int mode)
    {
        using SafeFileHandle entry = OpenEntry(name, out FileEntry metadata);
        if (metadata.Kind == EntryKind.Link)
            throw new FileException(FileFault.NotSupported, TextOf(name));
        Check(FileCalls.SetMode(DescriptorPath.Of(entry), (uint)mode), name);
    }

    /// <summary>Sets the time of the last modification. The time of the last access stays.</summary>
    public void SetModified(FileName name, FileTime time)
        => Check(FileCalls.SetTimes(_handle, name.NulTerminated, Times.Of(time), Flags.DoNotFollow), name);

    /// <summary>Sets the owner and the group. The kernel clears set-user-ID and set-group-ID, so set the mode afterwards.</summary>
    public void SetOwner(FileName name, uint user, uint group)
        => Check(FileCalls.SetOwner(_handle, name.NulTerminated, user, group, Flags.DoNotFollow), name);

    /// <summary>As <see cref="SetOwner"/>, if this process may do that. Returns false if it may not.</summary>
    internal bool TrySetOwner(FileName name, uint user, uint group)
    {
        if (FileCalls.SetOwner(_handle, name.NulTerminated, user, group, Flags.DoNotFollow) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        // In a user namespace, a number that it does not have is not valid.
        return error is Errno.NotPermitted or Errno.InvalidArgument ? false : throw FileException.Of(error, TextOf(name));
    }

    /// <summary>Reads the extended attributes of a file, folder or link that this process may read; none of other entries.</summary>
    /// <remarks>Security labels (SELinux, IMA and others) are left out: they belong to one machine.</remarks>
    public IReadOnlyList<FileAttribute> ReadAttributes(FileName name) => ListAttributes(name).Found;

    /// <summary>As <see cref="ReadAttributes"/>, and tells whether some could not be read.</summary>
    internal AttributeList ListAttributes(FileName name)
    {
        using SafeFileHandle entry = OpenEntry(name, out FileEntry metadata);
        return CanHaveAttributes(metadata) ? AttributeCalls.Read(entry, TextOf(name)) : new([], IsWhole: true);
    }

    /// <summary>Removes extended attributes of a file, folder or link. Those that are not there are none.</summary>
    internal void RemoveAttributes(FileName name, IReadOnlyList<FileAttribute> attributes)
    {
        using SafeFileHandle entry = OpenEntry(name, out _);
        foreach (FileAttribute attribute in attributes)
            AttributeCalls.Remove(entry, attribute.Name, TextOf(name));
    }

    /// <summary>Writes extended attributes of a file, folder or link. Others that exist stay.</summary>
    /// <returns>
    /// Whether all were written. One outside <c>user.</c> is left out if this process may not write it, or the file system does not know
    /// it.
    /// </returns>
    public bool WriteAttributes(FileName name, IReadOnlyList<FileAttribute> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        if (attributes.Count == 0)
            return true;
        using SafeFileHandle entry = OpenEntry(name, out FileEntry metadata);
        if (!CanHaveAttributes(metadata))
            throw new FileException(FileFault.NotSupported, TextOf(name));
        return AttributeCalls.Write(entry, attributes, TextOf(name));
    }

    /// <summary>Writes the entries of this folder itself to the disk: names that were made, removed or renamed.</summary>
    public void Flush()
    {
        using SafeFileHandle opened = Checked(FileCalls.OpenAt(_handle, ".\0"u8, Flags.Folder | Flags.CloseOnExec, 0), Text);
        if (FileCalls.Flush(opened) < 0)
            throw LastError(Text);
    }

    /// <summary>Closes the folder.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>The path of an entry for messages, escaped.</summary>
    public string TextOf(FileName name) => Join(Text, name.Escaped);

    internal static string Join(string folder, string name) => folder switch
    {
        "" or "." => name,
        _ when name.Length == 0 => folder,
        _ when folder.EndsWith('/') => folder + name,
        _ => $"{folder}/{name}",
    };

    // Sorts the names, and drops those after the first ones. Returns the last that stays.
    private static FileName? KeepFirst(List<FileName> names, int most)
    {
        names.Sort();
        if (names.Count > most)
            names.RemoveRange(most, names.Count - most);
        return names.Count > 0 ? names[^1] : null;
    }

    private NameReader OpenNames()
        => new(Checked(FileCalls.OpenAt(_handle, ".\0"u8, Flags.Folder | Flags.CloseOnExec, 0), Text), Text);

    // Links have none of "user.", but some that the superuser sets.
    private static bool CanHaveAttributes(FileEntry metadata) => metadata.Kind is EntryKind.File or EntryKind.Folder or EntryKind.Link;

    private static FileException LastError(string text) => FileException.Of(Marshal.GetLastPInvokeError(), text);

    private static SafeFileHandle Checked(SafeFileHandle opened, string text)
    {
        int error = Marshal.GetLastPInvokeError();
        if (!opened.IsInvalid)
            return opened;
        opened.Dispose();
        throw FileException.Of(error, text);
    }

    private void Check(int result, FileName name)
    {
        if (result < 0)
            throw LastError(TextOf(name));
    }

    // Opens an entry of any kind by descriptor only: a device or pipe is not touched, and a link is not followed.
    private SafeFileHandle OpenEntry(FileName name, out FileEntry metadata)
    {
        string text = TextOf(name);
        const int Mode = FolderOpener.PathFlags;
        SafeFileHandle entry = Checked(FileCalls.OpenAt(_handle, name.NulTerminated, Mode | Flags.NoFollow, 0), text);
        try
        {
            metadata = StatReader.Read(entry, text);
            return entry;
        }
        catch
        {
            entry.Dispose();
            throw;
        }
    }
}
