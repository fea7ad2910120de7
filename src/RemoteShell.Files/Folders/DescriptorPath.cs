using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Files.Folders;

/// <summary>Names an open file for calls that take a path only.</summary>
/// <remarks>The name leads to the open file itself, whatever its path is by now.</remarks>
internal static class DescriptorPath
{
    /// <summary>The path with a NUL at the end. Keep the handle open while it is used.</summary>
    public static byte[] Of(SafeFileHandle file)
        => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}\0"));
}
