using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Partials;

/// <summary>An empty file beside a folder that a transfer makes, until the transfer has ended. Its name says what is transferred.</summary>
/// <remarks>
/// By the meaning of <c>cp</c>, a transfer onto a new name becomes one into the folder as soon as that exists. With this file the same
/// transfer goes on with the folder after it was interrupted. It counts as a partial file: no transfer takes it along, and after a week
/// it is removed.
/// </remarks>
internal sealed class UnfinishedFolder : IDisposable
{
    private readonly Folder _parent;
    private readonly FileName _name, _folder;
    private readonly SafeFileHandle _file;

    private UnfinishedFolder(Folder parent, FileName name, FileName folder, SafeFileHandle file)
        => (_parent, _name, _folder, _file) = (parent, name, folder, file);

    /// <summary>Whether a transfer of this source to this name has begun, and has not ended.</summary>
    public static bool Exists(Folder parent, FileName folder, string source)
        => parent.TryStat(PartialName.OfFolder(folder, source)) is { Kind: EntryKind.File } file && file.User == FileCalls.User();

    /// <summary>Makes the file, and locks it. The caller disposes it before the parent.</summary>
    /// <returns>Null if the same transfer runs already, or the file cannot be made: then an interrupted transfer begins again.</returns>
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

    /// <summary>The transfer has ended: there is nothing to go on with.</summary>
    public void End()
    {
        if (_parent.TryStat(_name) is not null)
            _parent.Remove(_name);
    }

    /// <summary>Closes the file. It stays if the folder was made, and the transfer has not ended.</summary>
    public void Dispose()
    {
        try
        {
            if (_parent.TryStat(_folder)?.Kind != EntryKind.Folder)
                End();
        }
        catch (FileException)
        {
            // It is removed after a week.
        }

        PartialLock.Release(_file);
    }
}
