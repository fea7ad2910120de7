using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Partials;

/// <summary>Opens a partial file and locks it. The kernel releases the lock of a process that is killed.</summary>
internal static class PartialLock
{
    private const int OpenFlags = Flags.ReadWrite | Flags.NonBlocking | Flags.NoControllingTerminal | Flags.CloseOnExec;

    // Another transfer may finish, and so rename the file, between opening and locking.
    private const int MaxAttempts = 100;

    private const uint OwnerOnly = 0x180;

    /// <summary>Opens or creates the partial file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name of the partial file.</param>
    /// <param name="text">The path of the target for messages.</param>
    /// <exception cref="FileException">Another transfer has the lock, or the file cannot be opened.</exception>
    public static SafeFileHandle Take(Folder folder, FileName name, string text)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            SafeFileHandle? file = TryTake(folder, name, Flags.Create | Flags.Exclusive, text, out int error);
            if (file is not null)
                return file;
            if (error == Errno.Exists)
                file = TryTake(folder, name, 0, text, out error);
            if (file is not null && IsOwn(file, text))
                return file;
            // A link, or a file of somebody else, who could read or change what is written. Do not touch what it leads to.
            if (file is not null || error == Errno.LinkLoop)
                RemoveForeign(folder, name, file);
        }

        throw new FileException(FileFault.Busy, text);
    }

    /// <summary>Opens and locks a file that exists.</summary>
    /// <returns>The file; null if it does not have the name any more, or is a link.</returns>
    public static SafeFileHandle? TryTake(Folder folder, FileName name, string text) => TryTake(folder, name, 0, text, out _);

    /// <summary>Releases the lock, and closes the file.</summary>
    /// <remarks>A process that is just being started has the descriptor for a moment, so closing alone does not release the lock.</remarks>
    public static void Release(SafeFileHandle file)
    {
        FileCalls.Lock(file, Flags.Unlock);
        file.Dispose();
    }

    private static bool IsOwn(SafeFileHandle file, string text)
    {
        FileEntry entry = StatReader.Read(file, text);
        return entry.Kind == EntryKind.File && entry.Links == 1 && entry.User == FileCalls.User();
    }

    private static void RemoveForeign(Folder folder, FileName name, SafeFileHandle? file)
    {
        using (file)
            folder.Remove(name);
    }

    private static SafeFileHandle? TryTake(Folder folder, FileName name, int flags, string text, out int error)
    {
        SafeFileHandle file = FileCalls.OpenAt(folder.Handle, name.NulTerminated, OpenFlags | Flags.NoFollow | flags, OwnerOnly);
        error = file.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        try
        {
            if (file.IsInvalid)
                return error is Errno.NoEntry or Errno.Exists or Errno.LinkLoop ? null : throw FileException.Of(error, text);
            if (FileCalls.Lock(file, Flags.LockExclusive | Flags.LockNonBlocking) < 0)
            {
                error = Marshal.GetLastPInvokeError();
                throw error == Errno.TryAgain ? new FileException(FileFault.Locked, text) : FileException.Of(error, text);
            }

            if (folder.TryStat(name) is not { } named || !named.IsSameFile(StatReader.Read(file, text)))
                return null;
            SafeFileHandle taken = file;
            file = new();
            return taken;
        }
        finally
        {
            file.Dispose();
        }
    }
}
