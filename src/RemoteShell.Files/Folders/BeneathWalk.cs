using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Opens a path below a folder name by name, and refuses links: for kernels without openat2(2).</summary>
internal static class BeneathWalk
{
    /// <summary>Opens the path.</summary>
    /// <param name="root">The folder that is not left.</param>
    /// <param name="path">A relative path, without a NUL.</param>
    /// <param name="flags">The flags of open(2) for the last name.</param>
    /// <param name="text">The path for messages.</param>
    public static SafeFileHandle Open(SafeFileHandle root, ReadOnlySpan<byte> path, int flags, string text)
    {
        // The folders from the root downwards; the root itself belongs to the caller.
        var opened = new Stack<SafeFileHandle>();
        try
        {
            List<byte[]> names = Names(path);
            for (int i = 0; i < names.Count - 1; i++)
                Enter(root, names[i], FolderOpener.PathFlags | Flags.Folder, text, opened);
            Enter(root, names[^1], flags, text, opened);
            // After '..' the path may end at the root or at a folder that is on the stack: open it with the flags.
            bool isFolder = names[^1] is [(byte)'.', 0] or [(byte)'.', (byte)'.', 0];
            return isFolder ? OpenOne(opened.TryPeek(out SafeFileHandle? last) ? last : root, [(byte)'.', 0], flags, text) : opened.Pop();
        }
        finally
        {
            foreach (SafeFileHandle folder in opened)
                folder.Dispose();
        }
    }

    private static List<byte[]> Names(ReadOnlySpan<byte> path)
    {
        var names = new List<byte[]>();
        foreach (Range range in path.Split((byte)'/'))
        {
            if (!path[range].IsEmpty)
                names.Add([.. path[range], 0]);
        }

        if (names.Count == 0)
            names.Add([(byte)'.', 0]);
        return names;
    }

    private static void Enter(SafeFileHandle root, byte[] name, int flags, string text, Stack<SafeFileHandle> opened)
    {
        switch (name)
        {
            case [(byte)'.', 0]:
                return;
            case [(byte)'.', (byte)'.', 0]:
                if (!opened.TryPop(out SafeFileHandle? left))
                    throw new FileException(FileFault.Outside, text);
                left.Dispose();
                return;
            default:
                opened.Push(OpenOne(opened.TryPeek(out SafeFileHandle? folder) ? folder : root, name, flags, text));
                return;
        }
    }

    private static SafeFileHandle OpenOne(SafeFileHandle folder, byte[] name, int flags, string text)
    {
        SafeFileHandle opened = FileCalls.OpenAt(folder, name, flags | Flags.NoFollow, 0);
        int error = Marshal.GetLastPInvokeError();
        if (!opened.IsInvalid)
            return opened;
        opened.Dispose();
        throw FileException.Of(error, text);
    }
}
