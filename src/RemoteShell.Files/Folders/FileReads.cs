using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Reads open files at offsets.</summary>
internal static class FileReads
{
    /// <summary>Fills the buffer, except at the end of the file.</summary>
    public static int Read(SafeFileHandle file, long offset, Span<byte> buffer, string text)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            nint count = FileCalls.Read(file, buffer[total..], buffer.Length - total, offset + total);
            int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (count == 0)
                break;
            if (count > 0)
                total += (int)count;
            else if (error != Errno.Interrupted)
                throw FileException.Of(error, text);
        }

        return total;
    }

    /// <summary>Finds the next data at or after an offset; null if there is only a hole.</summary>
    public static (long Start, long End)? NextData(SafeFileHandle file, long offset, string text)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        long start = FileCalls.Seek(file, offset, Flags.SeekData);
        int error = start < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (error == Errno.NoDeviceOrAddress)
            return null;
        if (error == Errno.InvalidArgument)
        {
            long size = StatReader.Read(file, text).Size;
            return offset < size ? (offset, size) : null;
        }

        if (error != 0)
            throw FileException.Of(error, text);
        long end = FileCalls.Seek(file, start, Flags.SeekHole);
        // The file became shorter in between.
        return end > start ? (start, end) : null;
    }
}
