using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Native;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Terminals;

/// <summary>A pseudo-terminal: its master, and the path of its other end, which is the terminal of a process.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const int OpenFlags = FileCalls.ReadWrite | FileCalls.NoControllingTerminal | FileCalls.CloseOnExec;

    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _other;

    private PseudoTerminal(SafeFileHandle master, SafeFileHandle input, SafeFileHandle other, string name)
        => (_master, Output, Input, _other, Name) = (master, new(master), new(input), other, name);

    /// <summary>Whether this system has pseudo-terminals that the server can use.</summary>
    public static bool IsSupported => PosixSpawn.IsAvailable;

    /// <summary>Takes what is typed, for the process to read.</summary>
    public TerminalStream Input { get; }

    /// <summary>Gives what the process writes to its terminal.</summary>
    public TerminalStream Output { get; }

    /// <summary>The descriptor of the master; valid until <see cref="Dispose"/>.</summary>
    public int Descriptor => (int)_master.DangerousGetHandle();

    /// <summary>The path of the process's end.</summary>
    public string Name { get; }

    /// <summary>Makes a pseudo-terminal.</summary>
    /// <exception cref="ProcessStartException">The system has no pseudo-terminals, or none left.</exception>
    public static PseudoTerminal Open()
    {
        if (!IsSupported)
            throw new ProcessStartException(126, "this server's system cannot give a command a terminal; run the command without one");
        SafeFileHandle master = TerminalCalls.OpenMaster(OpenFlags | FileCalls.NonBlocking);
        Span<byte> name = stackalloc byte[64];
        if (master.IsInvalid || TerminalCalls.Unlock(master) != 0 || TerminalCalls.GetName(master, name, name.Length) != 0)
            throw Failed(master);
        // A descriptor of its own for each direction, so that epoll can wait for both at once.
        int duplicate = FileCalls.FileControl(master, FileCalls.DuplicateCloseOnExec, 3);
        var input = new SafeFileHandle(duplicate, ownsHandle: true);
        string path = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
        // While no process has the other end open, reading the master fails. A program may close its terminal and open it again, so the
        // server keeps the other end open too.
        SafeFileHandle other = FileCalls.Open(path, OpenFlags);
        return input.IsInvalid || other.IsInvalid ? throw Failed(master) : new(master, input, other, path);
    }

    /// <summary>Sets the size. If it changes, the system sends SIGWINCH to the programs on the terminal.</summary>
    public void Resize(int columns, int rows)
    {
        Span<ushort> size = [(ushort)rows, (ushort)columns, 0, 0];
        try
        {
            _ = FileCalls.DeviceControl(_master, FileCalls.SetWindowSize, size);
        }
        catch (ObjectDisposedException)
        {
            // The terminal is closed; its size does not matter any more.
        }
    }

    /// <summary>Closes the server's descriptor of the process's end.</summary>
    /// <remarks>From then on the output ends when the last process closes the terminal.</remarks>
    public void CloseOtherEnd() => _other.Dispose();

    public void Dispose()
    {
        CloseOtherEnd();
        Input.Dispose();
        Output.Dispose();
    }

    private static ProcessStartException Failed(SafeFileHandle master)
    {
        string why = Marshal.GetLastPInvokeErrorMessage();
        master.Dispose();
        return new(126, $"cannot open a terminal for the command: {why}");
    }
}
