using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The terminal that this program runs on: its size and its modes.</summary>
/// <remarks>The modes are restored however the program ends, except by SIGKILL.</remarks>
internal sealed class LocalTerminal : IDisposable
{
    // In bytes; larger than struct termios of any system.
    private const int ModesSize = 256;

    // TCSANOW
    private const int Now = 0;

    // <asm-generic/ioctls.h>, <sys/ttycom.h>
    private static readonly nuint GetSize = OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u;

    // The size of a field of struct termios in bytes. c_oflag is its second field, c_lflag its fourth.
    private static readonly int FieldSize = OperatingSystem.IsMacOS() ? 8 : 4;

    // SIGSTOP, and ISIG in c_lflag.
    private static readonly int StopSignal = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly byte SignalsBit = OperatingSystem.IsMacOS() ? (byte)0x80 : (byte)1;
    private static readonly Lock Gate = new();

    // Guarded by Gate. The modes that the user's shell left, and the current ones; null while they were not changed.
    private static byte[]? _first;
    private static byte[]? _current;
    private static PosixSignalRegistration? _continued;
    private static PosixSignalRegistration? _stopped;

    private readonly byte[]? _before;
    private bool _isOver;

    private LocalTerminal(byte[]? before) => _before = before;

    /// <summary>Whether standard input and standard output are terminals.</summary>
    public static bool IsThere
        => !OperatingSystem.IsWindows() && LibC.IsATty(LibC.StandardInput) == 1 && LibC.IsATty(LibC.StandardOutput) == 1;

    /// <summary>Whether standard input is a terminal that has not been closed. On Windows it always counts as one.</summary>
    public static bool IsInputThere => OperatingSystem.IsWindows() || LibC.IsATty(LibC.StandardInput) == 1;

    /// <summary>Whether standard output is a terminal.</summary>
    public static bool ShowsOutput => !OperatingSystem.IsWindows() && LibC.IsATty(LibC.StandardOutput) == 1;

    /// <summary>Sets the modes. Disposing of the result restores the modes before.</summary>
    public static LocalTerminal Enter(TerminalMode mode)
    {
        lock (Gate)
        {
            if (_first is null)
            {
                _first = new byte[ModesSize];
                _ = LibC.TcGetAttr(LibC.StandardInput, _first);
                // Covers each call of exit(): after a second Ctrl+C, a signal, a fault.
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Set(null);
                if (!OperatingSystem.IsWindows())
                {
                    _stopped = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Stop);
                    _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, Continue);
                }
            }

            byte[]? before = _current;
            Set(Modes(_first, mode));
            return new(before);
        }
    }

    /// <summary>The type and size of the terminal, for the server.</summary>
    public static TerminalRequest Describe()
    {
        string? term = Environment.GetEnvironmentVariable("TERM");
        var tty = new TerminalRequest(string.IsNullOrEmpty(term) ? "dumb" : term, 80, 24);
        if (OperatingSystem.IsWindows())
            return tty;
        Span<ushort> size = stackalloc ushort[4];
        bool hasSize = LibC.Ioctl(LibC.StandardOutput, GetSize, size) == 0
            || LibC.Ioctl(LibC.StandardInput, GetSize, size) == 0
            || LibC.Ioctl(LibC.StandardError, GetSize, size) == 0;
        if (hasSize && TerminalRequest.IsValidSize(size[1], size[0]))
            tty = tty with { Columns = size[1], Rows = size[0] };
        return tty;
    }

    /// <summary>The type and size of this terminal, for a command's terminal.</summary>
    public static TerminalSettings DescribeRemote()
    {
        TerminalRequest local = Describe();
        return new(local.Term, local.Columns, local.Rows);
    }

    /// <summary>Calls <paramref name="resized"/> after each change of size, until the result is disposed of.</summary>
    public static IDisposable? OnResize(Action<TerminalRequest> resized)
        => OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized(Describe()));

    public void Dispose()
    {
        lock (Gate)
        {
            if (!_isOver)
                Set(_before);
            _isOver = true;
        }
    }

    private static void Set(byte[]? modes)
    {
        lock (Gate)
        {
            _current = modes;
            _ = LibC.TcSetAttr(LibC.StandardInput, Now, modes ?? _first);
        }
    }

    // While this program is stopped, the shell has the terminal in the modes that it left.
    private static void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (Gate)
        {
            if (_current is not null)
                _ = LibC.TcSetAttr(LibC.StandardInput, Now, _first);
        }

        _ = LibC.Kill(Environment.ProcessId, StopSignal);
    }

    // The runtime's own handler would set the modes that it knows, which are not these. In the background the system would stop
    // the program for that, about once in some hundred times.
    private static void Continue(PosixSignalContext context)
    {
        context.Cancel = true;
        SetAgain();
    }

    // In the background the system stops a program that sets the modes.
    private static void SetAgain()
    {
        lock (Gate)
        {
            if (_current is { } modes && LibC.TcGetPgrp(LibC.StandardInput) == LibC.GetPgrp())
                _ = LibC.TcSetAttr(LibC.StandardInput, Now, modes);
        }
    }

    private static byte[] Modes(byte[] first, TerminalMode mode)
    {
        byte[] modes = [.. first];
        if (mode == TerminalMode.Unchanged)
            return modes;
        LibC.CfMakeRaw(modes);
        if (mode != TerminalMode.Raw)
            first.AsSpan(FieldSize, FieldSize).CopyTo(modes.AsSpan(FieldSize));
        if (mode == TerminalMode.Waiting)
            modes[FieldSize * 3] |= SignalsBit;
        return modes;
    }
}
