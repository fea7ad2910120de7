using System.Runtime.InteropServices;
using System.Text;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Testing;

/// <summary>A real terminal with a program: its input, output, size and modes.</summary>
public sealed partial class TestTerminal : IAsyncDisposable
{
    // <bits/termios.h>: c_lflag is the fourth int of struct termios.
    private const uint Signals = 1, Lines = 2, Echo = 8;
    private const int ModesSize = 256;

    // How long to read on when the program has ended, but another process has the terminal.
    private static readonly TimeSpan HeldLimit = TimeSpan.FromSeconds(2);

    private readonly PseudoTerminal _terminal = PseudoTerminal.Open();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Task _reading;
    private readonly Task<ProcessExit> _exit;

    // Once the program has ended, since the terminal may not tell any more.
    private bool? _wasCooked;

    // Guarded by _gate.
    private readonly List<byte> _shown = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    private TestTerminal(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, int columns, int rows)
    {
        _terminal.Resize(columns, rows);
        string term = environment.GetValueOrDefault("TERM", "xterm-256color");
        var all = new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["TERM"] = term };
        Pid = PosixSpawn.OnTerminal(
            new() { Program = program, Arguments = arguments, WorkingDirectory = "/", Environment = all }, _terminal.Name);
        _exit = ProcessExitWatcher.ReapAsync(Pid);
        _reading = ReadAsync();
    }

    /// <summary>The program's process id.</summary>
    public int Pid { get; }

    /// <summary>All output so far, including escape sequences.</summary>
    public byte[] Shown
    {
        get
        {
            lock (_gate)
                return [.. _shown];
        }
    }

    /// <summary>Whether the terminal is in cooked mode: whole lines, echo, and signals from Ctrl+C and similar keys.</summary>
    public bool IsCooked
    {
        get
        {
            if (_wasCooked is { } cooked)
                return cooked;
            Span<uint> modes = stackalloc uint[ModesSize / sizeof(uint)];
            return ReadModes(_terminal.Descriptor, modes) == 0 && (modes[3] & (Signals | Lines | Echo)) == (Signals | Lines | Echo);
        }
    }

    /// <summary>Whether the terminal does not echo, and makes signals from Ctrl+C and similar keys.</summary>
    public bool IsWaiting
    {
        get
        {
            Span<uint> modes = stackalloc uint[ModesSize / sizeof(uint)];
            return ReadModes(_terminal.Descriptor, modes) == 0 && (modes[3] & (Signals | Lines | Echo)) == Signals;
        }
    }

    public static TestTerminal Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        int columns = 80,
        int rows = 24)
        => new(program, arguments, environment, columns, rows);

    /// <summary>Types the text. Enter is <c>\r</c>.</summary>
    public Task TypeAsync(string text) => TypeBytesAsync(Encoding.UTF8.GetBytes(text));

    public async Task TypeBytesAsync(ReadOnlyMemory<byte> bytes) => await _terminal.Input.WriteAsync(bytes).Within();

    public void Resize(int columns, int rows) => _terminal.Resize(columns, rows);

    /// <summary>Waits until the text is shown, after all that was waited for before.</summary>
    public async Task SeesAsync(string text)
    {
        long end = Environment.TickCount64 + (long)Waiting.Limit.TotalMilliseconds;
        while (true)
        {
            Task more;
            string shown;
            lock (_gate)
            {
                shown = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(_shown)[_seen..]);
                int at = shown.IndexOf(text, StringComparison.Ordinal);
                if (at >= 0)
                {
                    _seen += Encoding.UTF8.GetByteCount(shown.AsSpan(0, at + text.Length));
                    return;
                }

                more = _more.Task;
            }

            long left = end - Environment.TickCount64;
            if (left <= 0 || await Task.WhenAny(more, Task.Delay(TimeSpan.FromMilliseconds(left))) != more)
                throw new TimeoutException($"waited in vain for {Quoted(text)}; shown was: {Quoted(shown)}");
        }
    }

    /// <summary>Waits for the program. Returns its exit status, or 128+n for signal n.</summary>
    public async Task<int> EndAsync()
    {
        int code = (await _exit.Within()).Code;
        _wasCooked ??= IsCooked;
        // What the program wrote last reaches this end a moment later. The output ends behind it, unless another process has the terminal.
        _terminal.CloseOtherEnd();
        _over.CancelAfter(HeldLimit);
        await _reading.Within();
        return code;
    }

    public void Kill(int signal) => ProcessGroup.Signal(Pid, signal);

    public async ValueTask DisposeAsync()
    {
        if (!_exit.IsCompleted)
            Kill(9);
        await EndAsync();
        _terminal.Dispose();
        _over.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await _terminal.Output.ReadAsync(buffer, _over.Token) is > 0 and int count)
                Append(buffer.AsSpan(0, count));
        }
        catch (OperationCanceledException)
        {
            while (_terminal.Output.Available > 0 && await _terminal.Output.ReadAsync(buffer) is > 0 and int count)
                Append(buffer.AsSpan(0, count));
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _shown.AddRange(bytes);
            _more.SetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int ReadModes(int descriptor, Span<uint> modes);

    private static string Quoted(string text)
        => $"\"{text.Replace("\u001b", "\\e", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)}\"";
}
