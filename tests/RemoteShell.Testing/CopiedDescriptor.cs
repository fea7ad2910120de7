using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Testing;

/// <summary>A second descriptor of a socket of this process, as a child process has it until it executes its program (Linux).</summary>
public static partial class CopiedDescriptor
{
    /// <summary>Copies the descriptor of the socket that listens at this port of 127.0.0.1.</summary>
    public static SafeFileHandle OfListener(int port)
    {
        string link = $"socket:[{InodeOf(port)}]";
        string descriptor = Directory.EnumerateFiles("/proc/self/fd").First(file => new FileInfo(file).LinkTarget == link);
        int copy = Duplicate(int.Parse(Path.GetFileName(descriptor)));
        return copy >= 0 ? new(copy, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    // Columns of the table: address and port in hexadecimal in the second, the state (0A: listening) in the fourth, the inode in the tenth.
    private static string InodeOf(int port)
        => File.ReadLines("/proc/self/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(columns => columns[1] == $"0100007F:{port:X4}" && columns[3] == "0A")[9];

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);
}
