using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Names an open file for calls that take a path only.</summary>
/// <remarks>The name leads to the open file itself, whatever its path is by now.</remarks>
internal static class DescriptorPath
{
    // PATH_MAX
    private const int MaxLength = 4096;

    /// <summary>The path with a NUL at the end. Keep the handle open while it is used.</summary>
    public static byte[] Of(SafeFileHandle file)
        => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}\0"));

    /// <summary>Reads the absolute path that an open file has now, escaped; null if it is not known, or too long.</summary>
    public static string? Read(SafeFileHandle file)
    {
        var path = new byte[MaxLength];
        nint length = FileCalls.ReadLink(FileCalls.CurrentFolder, Of(file), path, path.Length);
        return length > 0 && length < path.Length ? EscapedBytes.Of(path.AsSpan(0, (int)length)) : null;
    }
}
