using System.Runtime.InteropServices;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The terminal that this program runs on: its size, and its raw mode, which is put back however the program ends, short of a signal that nobody can handle.</summary>
internal sealed partial class LocalTerminal : IDisposable
{
    private const int StandardInput = 0, StandardOutput = 1;

    // More than any system's struct termios.
    private const int Room = 256;
    private const int Now = 0;

    // <asm-generic/ioctls.h>, <sys/ttycom.h>
    private static readonly nuint GetSize = OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u;

    private readonly byte[] _before = new byte[Room];
    private readonly PosixSignalRegistration? _continued;
    private int _isRestored;

    private readonly Output _output;

    private LocalTerminal(Output output)
    {
        _output = output;
        _ = ReadModes(StandardInput, _before);
        // Whatever calls exit() on the way: a second Ctrl+C, a signal, a fault.
        AppDomain.CurrentDomain.ProcessExit += Restore;
        // Whoever was stopped and goes on finds the shell's modes.
        _continued = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => SetRaw());
        SetRaw();
    }

    /// <summary>Whether there is one, to type on and to look at.</summary>
    public static bool IsThere => !OperatingSystem.IsWindows() && IsTerminal(StandardInput) == 1 && IsTerminal(StandardOutput) == 1;

    /// <summary>Every key comes as it is from now on, and nothing is shown that was not written.</summary>
    public static LocalTerminal EnterRawMode(Output output) => new(output);

    /// <summary>What the other side is to know of it.</summary>
    public static Tty Describe()
    {
        string? term = Environment.GetEnvironmentVariable("TERM");
        var tty = new Tty(string.IsNullOrEmpty(term) ? "dumb" : term, 80, 24);
        Span<ushort> size = stackalloc ushort[4];
        if ((Control(StandardOutput, GetSize, size) == 0 || Control(StandardInput, GetSize, size) == 0) && Tty.IsSize(size[1], size[0]))
            tty = tty with { Columns = size[1], Rows = size[0] };
        return tty;
    }

    /// <summary>Calls <paramref name="resized"/> when its size has changed, until what this returns is disposed of.</summary>
    public static IDisposable? OnResize(Action<Tty> resized)
        => OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized(Describe()));

    public void Dispose()
    {
        Restore(this, EventArgs.Empty);
        AppDomain.CurrentDomain.ProcessExit -= Restore;
        _continued?.Dispose();
    }

    private void Restore(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref _isRestored, 1) == 0)
            _ = WriteModes(StandardInput, Now, _before);
    }

    private void SetRaw()
    {
        if (Volatile.Read(ref _isRestored) == 1)
            return;
        byte[] raw = [.. _before];
        MakeRaw(raw);
        // c_oflag is the second field of struct termios.
        int field = OperatingSystem.IsMacOS() ? 8 : 4;
        if (_output == Output.Processed)
            _before.AsSpan(field, field).CopyTo(raw.AsSpan(field));
        _ = WriteModes(StandardInput, Now, raw);
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int ReadModes(int descriptor, Span<byte> modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int WriteModes(int descriptor, int when, ReadOnlySpan<byte> modes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> modes);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, Span<ushort> size);
}

/// <summary>What a terminal in raw mode makes of what is written to it.</summary>
internal enum Output
{
    /// <summary>Nothing: it comes from another terminal.</summary>
    Raw,

    /// <summary>A line feed begins a new line, as for any program.</summary>
    Processed,
}
