using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Opens folders by paths of any length, with the resolution that a caller asks for.</summary>
/// <remarks>Folders are opened with O_PATH: the right to search a folder suffices, as for any program that names a file in it.</remarks>
internal static class FolderOpener
{
    /// <summary>Opens a folder by descriptor only.</summary>
    public const int PathFlags = Flags.PathOnly | Flags.CloseOnExec;

    // PATH_MAX is 4,096 bytes with the NUL. A longer path is opened in several steps.
    private const int MaxStep = 4000;

    // openat2(2) asks the caller to try again if a folder was renamed or mounted meanwhile.
    private const int MaxAttempts = 128;

    private static readonly Lazy<bool> LazyHasOpenAt2 = new(ProbeOpenAt2);

    /// <summary>Whether the kernel has openat2(2), Linux 5.6, and lets this process use it.</summary>
    public static bool HasOpenAt2 => LazyHasOpenAt2.Value;

    /// <summary>Fails where the system is not Linux.</summary>
    public static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("file transfers need Linux");
    }

    /// <summary>Opens a folder, and follows links.</summary>
    /// <param name="start">Where a relative path begins.</param>
    /// <param name="path">The path, without a NUL.</param>
    /// <param name="text">The path for messages.</param>
    public static SafeFileHandle Follow(SafeFileHandle start, ReadOnlySpan<byte> path, string text)
        => InSteps(start, path, text, (folder, step) =>
        {
            SafeFileHandle opened = FileCalls.OpenAt(folder, step, PathFlags | Flags.Folder, 0);
            return (opened, Marshal.GetLastPInvokeError());
        });

    /// <summary>Opens an entry of an open folder, and follows it if it is a link.</summary>
    /// <param name="folder">The open folder.</param>
    /// <param name="name">The entry; null is the folder itself.</param>
    /// <param name="flags">The flags of open(2).</param>
    /// <param name="text">The path for messages.</param>
    public static SafeFileHandle FollowEntry(SafeFileHandle folder, FileName? name, int flags, string text)
    {
        SafeFileHandle opened = FileCalls.OpenAt(folder, name is { } entry ? entry.NulTerminated : ".\0"u8, flags, 0);
        int error = Marshal.GetLastPInvokeError();
        if (!opened.IsInvalid)
            return opened;
        opened.Dispose();
        throw FileException.Of(error, text);
    }

    /// <summary>Opens a folder or a file below another, and follows links as long as they stay below it.</summary>
    /// <param name="root">The folder that is not left.</param>
    /// <param name="path">A relative path, without a NUL.</param>
    /// <param name="flags">The flags of open(2) for the last step.</param>
    /// <param name="text">The path for messages.</param>
    /// <remarks>Where openat2 is missing, links are refused.</remarks>
    public static SafeFileHandle Beneath(SafeFileHandle root, ReadOnlySpan<byte> path, int flags, string text)
    {
        if (!HasOpenAt2)
            return BeneathWalk.Open(root, path, flags, text);
        try
        {
            return InSteps(root, path, text, (folder, step) => Resolve(folder, step, flags, Flags.Beneath | Flags.NoMagicLinks));
        }
        catch (FileException e) when (e.Fault == FileFault.OtherFileSystem)
        {
            // RESOLVE_BENEATH says EXDEV. The answer is the same whether the path exists outside or not.
            throw new FileException(FileFault.Outside, text);
        }
    }

    /// <summary>Opens a folder below another without following a link.</summary>
    public static SafeFileHandle WithoutLinks(SafeFileHandle root, ReadOnlySpan<byte> path, string text)
    {
        if (!HasOpenAt2)
            return BeneathWalk.Open(root, path, PathFlags | Flags.Folder, text);
        const ulong Resolution = Flags.Beneath | Flags.NoLinks | Flags.NoMagicLinks;
        return InSteps(root, path, text, (folder, step) =>
        {
            (SafeFileHandle opened, int error) = Resolve(folder, step, PathFlags | Flags.Folder, Resolution);
            // A link in place of a folder: the same answer as that of open(2) with O_NOFOLLOW.
            return (opened, error == Errno.LinkLoop ? Errno.NotFolder : error);
        });
    }

    private static (SafeFileHandle Opened, int Error) Resolve(SafeFileHandle folder, byte[] path, int flags, ulong resolution)
    {
        for (int attempt = 1; ; attempt++)
        {
            SafeFileHandle opened = FileCalls.OpenAt2(folder, path, flags, resolution);
            int error = Marshal.GetLastPInvokeError();
            if (!opened.IsInvalid || error is not (Errno.TryAgain or Errno.Interrupted) || attempt == MaxAttempts)
                return (opened, error);
            opened.Dispose();
        }
    }

    private static SafeFileHandle InSteps(
        SafeFileHandle start, ReadOnlySpan<byte> path, string text, Func<SafeFileHandle, byte[], (SafeFileHandle, int)> open)
    {
        SafeFileHandle folder = start;
        try
        {
            while (true)
            {
                int length = StepLength(path);
                (SafeFileHandle opened, int error) = open(folder, NulTerminated(path[..length]));
                if (opened.IsInvalid)
                {
                    opened.Dispose();
                    throw FileException.Of(error, text);
                }

                path = path[length..].TrimStart((byte)'/');
                if (path.IsEmpty)
                    return opened;
                if (!ReferenceEquals(folder, start))
                    folder.Dispose();
                folder = opened;
            }
        }
        finally
        {
            if (!ReferenceEquals(folder, start))
                folder.Dispose();
        }
    }

    private static int StepLength(ReadOnlySpan<byte> path)
    {
        if (path.Length <= MaxStep)
            return path.Length;
        int slash = path[..MaxStep].LastIndexOf((byte)'/');
        return slash > 0 ? slash : path.Length;
    }

    private static byte[] NulTerminated(ReadOnlySpan<byte> path) => path.IsEmpty ? ".\0"u8.ToArray() : [.. path, 0];

    private static bool ProbeOpenAt2()
    {
        using SafeFileHandle opened = FileCalls.OpenAt2(
            FileCalls.CurrentFolder, "/\0"u8, PathFlags | Flags.Folder, Flags.NoLinks | Flags.NoMagicLinks);
        return !opened.IsInvalid;
    }
}
