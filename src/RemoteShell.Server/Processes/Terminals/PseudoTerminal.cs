using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Terminals;

/// <summary>A pseudo-terminal: the master's end of it, and the name of the other, which a process takes for its terminal.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    // <fcntl.h>, <asm-generic/ioctls.h>
    private const int ReadWrite = 2, NoControl = 0x100, CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const int DuplicateCloseOnExec = 1030;
    private const nuint SetSize = 0x5414;

    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _other;

    private PseudoTerminal(SafeFileHandle master, SafeFileHandle input, SafeFileHandle other, string name)
        => (_master, Output, Input, _other, Name) = (master, new(master), new(input), other, name);

    /// <summary>Whether this system has any.</summary>
    public static bool IsSupported => PosixSpawn.IsAvailable;

    /// <summary>What the process reads as typed.</summary>
    public TerminalStream Input { get; }

    /// <summary>What the process shows.</summary>
    public TerminalStream Output { get; }

    /// <summary>The master's number, as long as this lives.</summary>
    public int Descriptor => (int)_master.DangerousGetHandle();

    /// <summary>The path of the process's end.</summary>
    public string Name { get; }

    /// <exception cref="ProcessStartException">The system has none, or none left.</exception>
    public static PseudoTerminal Open()
    {
        if (!IsSupported)
            throw new ProcessStartException(126, "this server cannot give a command a terminal on its system; run it without one");
        SafeFileHandle master = OpenMaster(ReadWrite | NoControl | CloseOnExec | NonBlocking);
        Span<byte> name = stackalloc byte[64];
        if (master.IsInvalid || Unlock(master) != 0 || NameOf(master, name, name.Length) != 0)
            throw Failed(master);
        // A descriptor of its own, so that both directions can be waited for at once.
        var input = new SafeFileHandle(Duplicate(master, DuplicateCloseOnExec, 3), ownsHandle: true);
        string path = System.Text.Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
        // While nobody has the other end open there is nothing to read, and a program may close its terminal and open it again.
        SafeFileHandle other = OpenFile(path, ReadWrite | NoControl | CloseOnExec);
        return input.IsInvalid || other.IsInvalid ? throw Failed(master) : new(master, input, other, path);
    }

    /// <summary>Sets the size, which tells the programs on it by SIGWINCH where it is another.</summary>
    public void Resize(int columns, int rows)
    {
        Span<ushort> size = [(ushort)rows, (ushort)columns, 0, 0];
        try
        {
            _ = Control(_master, SetSize, size);
        }
        catch (ObjectDisposedException)
        {
            // Nobody looks at it any more.
        }
    }

    /// <summary>From now on the output ends when no process has the terminal open any more.</summary>
    public void LetGo() => _other.Dispose();

    public void Dispose()
    {
        LetGo();
        Input.Dispose();
        Output.Dispose();
    }

    private static ProcessStartException Failed(SafeFileHandle master)
    {
        string why = Marshal.GetLastPInvokeErrorMessage();
        master.Dispose();
        return new(126, $"there is no terminal for the command: {why}");
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial SafeFileHandle OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(SafeFileHandle master, Span<byte> name, nint size);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial nint Duplicate(SafeFileHandle master, int command, nint from);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle master, nuint request, Span<ushort> size);
}
