using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Partials;

/// <summary>Writes open files at offsets.</summary>
internal static class FileWrites
{
    /// <summary>Writes all bytes.</summary>
    public static void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes, string text)
    {
        while (bytes.Length > 0)
        {
            nint count = FileCalls.Write(file, bytes, bytes.Length, offset);
            int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (count < 0 && error != Errno.Interrupted)
                throw FileException.Of(error, text);
            int written = (int)Math.Max(0, count);
            bytes = bytes[written..];
            offset += written;
        }
    }

    public static void SetLength(SafeFileHandle file, long length, string text) => Check(FileCalls.SetLength(file, length), text);

    public static void FlushData(SafeFileHandle file, string text) => Check(FileCalls.FlushData(file), text);

    public static void Flush(SafeFileHandle file, string text) => Check(FileCalls.Flush(file), text);

    /// <summary>Throws if a call returned -1.</summary>
    public static void Check(int result, string text)
    {
        if (result < 0)
            throw FileException.Of(Marshal.GetLastPInvokeError(), text);
    }
}
