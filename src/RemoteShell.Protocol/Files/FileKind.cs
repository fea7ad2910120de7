using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Native;

namespace RemoteShell.Protocol.Files;

/// <summary>Distinguishes regular files from pipes, devices and sockets, which block, never end, or must not be replaced.</summary>
public static class FileKind
{
    // statx(2) has the same layout on every processor: the mode is 2 bytes at offset 28.
    private const int EmptyPath = 0x1000;
    private const int CurrentFolder = -100;
    private const uint WantType = 1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;
    private const int UnixSocket = 0xC000;

    /// <summary>Whether the open file is a regular file.</summary>
    /// <remarks>Where statx is missing, the answer is whether the file is seekable.</remarks>
    public static bool IsRegular(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        bool added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return TypeOf((int)file.DangerousGetHandle(), "", EmptyPath) is { } type ? type == Regular : CanSeek(file);
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }

    /// <summary>Whether something exists at the path that is not a regular file and not a folder. Links are followed.</summary>
    /// <remarks>Always false where statx is missing.</remarks>
    public static bool IsSpecial(string path) => TypeOf(CurrentFolder, path, 0) is not (null or Regular or Folder);

    /// <summary>Whether a unix socket is at the path. Links are followed.</summary>
    /// <remarks>Always false where statx is missing.</remarks>
    public static bool IsSocket(string path) => TypeOf(CurrentFolder, path, 0) == UnixSocket;

    private static int? TypeOf(int folder, string path, int flags)
    {
        Span<byte> answer = stackalloc byte[256];
        return OperatingSystem.IsLinux() && LibC.Statx(folder, path, flags, WantType, answer) == 0
            ? BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeOffset..]) & TypeMask
            : null;
    }

    private static bool CanSeek(SafeFileHandle file)
    {
        try
        {
            return RandomAccess.GetLength(file) >= 0;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }
}
