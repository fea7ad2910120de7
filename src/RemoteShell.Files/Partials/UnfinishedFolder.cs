using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Partials;

/// <summary>A mark beside a folder that a transfer makes, until the transfer has ended without a failure.</summary>
/// <remarks>
/// As with <c>cp</c>, a transfer onto a new name becomes one into the folder as soon as that exists. With the mark the same transfer
/// goes on with the folder. Its name tells the source, and its content the folder. It counts as a partial file: transfers skip it, and
/// a week after the last try it is removed.
/// </remarks>
internal sealed class UnfinishedFolder : IDisposable
{
    // More than two numbers take.
    private const int MaxContent = 64;

    private readonly Folder _parent;
    private readonly FileName _name, _folder;
    private readonly SafeFileHandle _file;
    private bool _isBound;

    private UnfinishedFolder(Folder parent, FileName name, FileName folder, SafeFileHandle file)
        => (_parent, _name, _folder, _file) = (parent, name, folder, file);

    /// <summary>Whether this folder was made by a transfer of this source that has not ended.</summary>
    public static bool Exists(Folder parent, FileName folder, string source)
    {
        FileName name = PartialName.OfFolder(folder, source);
        if (parent.TryStat(folder) is not { Kind: EntryKind.Folder } made || parent.TryStat(name) is not { Kind: EntryKind.File })
            return false;
        try
        {
            using OpenedFile mark = parent.OpenRead(name);
            if (mark.Entry.User != FileCalls.User() || mark.Entry.Links != 1)
                return false;
            var content = new byte[MaxContent];
            return content.AsSpan(0, mark.Read(0, content)).SequenceEqual(ContentOf(made));
        }
        catch (FileException)
        {
            return false;
        }
    }

    /// <summary>Makes the mark, and locks it. The caller disposes it before the parent.</summary>
    /// <returns>Null if the same transfer runs already, or the mark cannot be made: then an interrupted transfer begins again.</returns>
    public static UnfinishedFolder? TryBegin(Folder parent, FileName folder, string source)
    {
        FileName name = PartialName.OfFolder(folder, source);
        try
        {
            return new(parent, name, folder, PartialLock.Take(parent, name, parent.TextOf(folder)));
        }
        catch (FileException)
        {
            return null;
        }
    }

    /// <summary>Takes a mark that exists.</summary>
    /// <returns>Null if there is none, or it cannot be locked.</returns>
    public static UnfinishedFolder? TryFind(Folder parent, FileName folder, string source)
        => parent.TryStat(PartialName.OfFolder(folder, source)) is null ? null : TryBegin(parent, folder, source);

    /// <summary>Notes which folder it is as soon as that exists. Without it nothing goes on with the folder.</summary>
    public void Bind()
    {
        if (_isBound || _parent.TryStat(_folder) is not { Kind: EntryKind.Folder } made)
            return;
        _isBound = true;
        try
        {
            byte[] content = ContentOf(made);
            FileWrites.Write(_file, 0, content, _parent.TextOf(_name));
            FileWrites.SetLength(_file, content.Length, _parent.TextOf(_name));
        }
        catch (FileException)
        {
            // A full disk: the transfer fails by itself.
        }
    }

    /// <summary>The transfer has ended: there is nothing to go on with.</summary>
    public void End()
    {
        try
        {
            if (_parent.TryStat(_name) is { } named && named.IsSameFile(StatReader.Read(_file, _parent.TextOf(_name))))
                _parent.Remove(_name);
        }
        catch (FileException)
        {
            // It is removed after a week.
        }
    }

    /// <summary>Closes the mark. It stays if the folder was made, by this transfer or an earlier one.</summary>
    public void Dispose()
    {
        if (!_isBound && StatReader.Read(_file, _parent.TextOf(_name)).Size == 0)
            End();
        PartialLock.Release(_file);
    }

    private static byte[] ContentOf(FileEntry folder)
        => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{folder.Device} {folder.Inode}\n"));
}
