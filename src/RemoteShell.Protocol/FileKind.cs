using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Protocol;

/// <summary>Tells files from what only looks like files: pipes, devices and sockets, which block, never end, or must not be replaced.</summary>
public static partial class FileKind
{
    // statx(2), whose layout is the same on every processor: the mode is two bytes at offset 28.
    private const int EmptyPath = 0x1000;
    private const int CurrentFolder = -100;
    private const uint WantType = 1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;

    /// <summary>Whether the open file is a regular one; where the system does not tell, whether it can be read anywhere.</summary>
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

    /// <summary>Whether there is something at the path that is neither a regular file nor a folder; links are followed.</summary>
    public static bool IsSpecial(string path) => TypeOf(CurrentFolder, path, 0) is not (null or Regular or Folder);

    private static int? TypeOf(int folder, string path, int flags)
    {
        Span<byte> answer = stackalloc byte[256];
        return OperatingSystem.IsLinux() && Statx(folder, path, flags, WantType, answer) == 0
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

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);
}
