using System.Runtime.InteropServices;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The terminal that this program runs on: its size, and its modes, which are put back however the program ends, short of a signal that nobody can handle.</summary>
internal sealed partial class LocalTerminal : IDisposable
{
    private const int StandardInput = 0, StandardOutput = 1;

    // More than any system's struct termios. c_oflag is its second field, c_lflag its fourth.
    private const int Room = 256;
    private const int Now = 0;
    private const byte Signals = 1;

    // <asm-generic/ioctls.h>, <sys/ttycom.h>
    private static readonly nuint GetSize = OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u;
    private static readonly int Field = OperatingSystem.IsMacOS() ? 8 : 4;
    private static readonly int StopSignal = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly byte SignalsBit = OperatingSystem.IsMacOS() ? (byte)0x80 : Signals;
    private static readonly Lock Gate = new();

    // Under Gate: what the user's shell left, and what holds now; null while nothing was changed.
    private static byte[]? _first;
    private static byte[]? _current;
    private static PosixSignalRegistration? _continued;
    private static PosixSignalRegistration? _stopped;

    private readonly byte[]? _before;
    private bool _isOver;

    private LocalTerminal(byte[]? before) => _before = before;

    /// <summary>Whether there is one, to type on and to look at.</summary>
    public static bool IsThere => !OperatingSystem.IsWindows() && IsTerminal(StandardInput) == 1 && IsTerminal(StandardOutput) == 1;

    /// <summary>Sets the modes, until what this returns is disposed of.</summary>
    public static LocalTerminal Enter(TerminalMode mode)
    {
        lock (Gate)
        {
            if (_first is null)
            {
                _first = new byte[Room];
                _ = ReadModes(StandardInput, _first);
                // Whatever calls exit() on the way: a second Ctrl+C, a signal, a fault.
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

    /// <summary>What the other side is to know of it.</summary>
    public static TerminalRequest Describe()
    {
        string? term = Environment.GetEnvironmentVariable("TERM");
        var tty = new TerminalRequest(string.IsNullOrEmpty(term) ? "dumb" : term, 80, 24);
        if (OperatingSystem.IsWindows())
            return tty;
        Span<ushort> size = stackalloc ushort[4];
        if ((Control(StandardOutput, GetSize, size) == 0 || Control(StandardInput, GetSize, size) == 0) && TerminalRequest.IsSize(size[1], size[0]))
            tty = tty with { Columns = size[1], Rows = size[0] };
        return tty;
    }

    /// <summary>This terminal, as a command's terminal.</summary>
    public static TerminalSettings DescribeRemote()
    {
        TerminalRequest local = Describe();
        return new(local.Term, local.Columns, local.Rows);
    }

    /// <summary>Calls <paramref name="resized"/> when its size has changed, until what this returns is disposed of.</summary>
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
            _ = WriteModes(StandardInput, Now, modes ?? _first);
        }
    }

    // The shell that has the terminal meanwhile finds it as it left it.
    private static void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (Gate)
            if (_current is not null)
                _ = WriteModes(StandardInput, Now, _first);
        _ = Signal(Environment.ProcessId, StopSignal);
    }

    // The runtime's own answer is to give the terminal the modes that it knows: not those that are wanted here, and in the
    // background it is stopped for trying, once in some hundred times.
    private static void Continue(PosixSignalContext context)
    {
        context.Cancel = true;
        SetAgain();
    }

    // Whoever goes on in the background has no terminal to set, and would be stopped for trying.
    private static void SetAgain()
    {
        lock (Gate)
            if (_current is { } modes && ForegroundGroup(StandardInput) == OwnGroup())
                _ = WriteModes(StandardInput, Now, modes);
    }

    private static byte[] Modes(byte[] first, TerminalMode mode)
    {
        byte[] modes = [.. first];
        MakeRaw(modes);
        if (mode != TerminalMode.Raw)
            first.AsSpan(Field, Field).CopyTo(modes.AsSpan(Field));
        if (mode == TerminalMode.Waiting)
            modes[Field * 3] |= SignalsBit;
        return modes;
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int ReadModes(int descriptor, Span<byte> modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int WriteModes(int descriptor, int when, ReadOnlySpan<byte> modes);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> modes);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, Span<ushort> size);
}

/// <summary>What the terminal makes of what is typed, and of what is written to it. In none of them it shows what is typed.</summary>
internal enum TerminalMode
{
    /// <summary>Nothing: all of it is another terminal's.</summary>
    Raw,

    /// <summary>Every key comes as it is; a line feed begins a new line.</summary>
    Typing,

    /// <summary>What is typed waits, but for Ctrl+C and its like, which are signals; a line feed begins a new line.</summary>
    Waiting,
}
