using System.Text;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals.Modes;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The local terminal, to which the remote program and this program write.</summary>
/// <remarks>
/// A message is written between two control sequences of the program. If a program uses the whole screen, messages are in a panel at the
/// bottom for a while; a notice is shown again when the program has left the screen.
/// </remarks>
/// <param name="output">The terminal.</param>
/// <param name="recording">Records what the remote program writes; null: it is not recorded.</param>
internal sealed class Screen(Stream output, Asciicast? recording) : WriteOnlyStream
{
    // How long a message stays over a program that uses the whole screen.
    private static readonly TimeSpan PanelTime = TimeSpan.FromSeconds(5);

    // At the program's exit: a write that blocks holds the lock, and must not keep the program from exiting.
    private static readonly TimeSpan ExitPatience = TimeSpan.FromMilliseconds(200);

    // Notices that are shown again.
    private const int MaxKept = 20;

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _isOpen = new();

    // Guarded by _gate.
    private readonly ScreenModes _modes = new();
    private readonly BottomPanel _panel = new();
    private readonly Queue<string> _waiting = [];
    private readonly List<string> _kept = [];
    private Timer? _timer;
    private int _reserved;
    private bool _hasRegion;
    private bool _isOverFullScreen;
    private bool _isPanelDue;
    private bool _isLost;
    private bool _isClosed;

    /// <summary>Describes the terminal. Default: the one that this program runs on.</summary>
    public Func<TerminalRequest> Terminal { get; init; } = LocalTerminal.Describe;

    /// <summary>Called when the number of lines changes that the program may use; null if this client does not control its size.</summary>
    /// <remarks>Must not write to the screen.</remarks>
    public Action? SizeChanged { get; set; }

    /// <summary>Called after a message that the program may have to redraw its line for.</summary>
    public Action? Disturbed { get; set; }

    /// <summary>The size that the remote program may use: that of the terminal, without the lines of a message.</summary>
    public TerminalRequest Size
    {
        get
        {
            TerminalRequest size = Terminal();
            int reserved = Volatile.Read(ref _reserved);
            return size with { Rows = Math.Max(1, size.Rows - reserved) };
        }
    }

    /// <summary>Lets the remote program write. Its writes wait until then.</summary>
    /// <param name="first">Written before the program's output.</param>
    public void Open(string first)
    {
        lock (_gate)
            Put(first);
        AppDomain.CurrentDomain.ProcessExit += ResetAtExit;
        _isOpen.Set();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _isOpen.Wait();
        lock (_gate)
        {
            // Late output would spoil the terminal, which is restored already.
            if (_isClosed)
                return;
            output.Write(buffer);
            _modes.Look(buffer);
            recording?.Show(buffer);
            Catch();
        }
    }

    /// <summary>Tells that the connection is lost, until <see cref="ClearLost"/>.</summary>
    public void ShowLost(string text)
    {
        lock (_gate)
        {
            _isLost = true;
            _timer?.Dispose();
            _panel.Replace(text);
            ShowPanel();
        }
    }

    /// <summary>Removes the message of <see cref="ShowLost"/>. The remote program must draw again what was there before.</summary>
    public void ClearLost()
    {
        lock (_gate)
        {
            if (!_isLost)
                return;
            _isLost = false;
            _isPanelDue = true;
            Catch();
        }
    }

    /// <summary>
    /// Shows a notice: in its own lines, or, if a program uses the whole screen, at the bottom with a bell, and again later.
    /// </summary>
    public void Notify(string text)
    {
        lock (_gate)
        {
            if (!_modes.IsFullScreen)
            {
                _waiting.Enqueue(text);
                Catch();
                return;
            }

            if (_kept.Count == MaxKept)
                _kept.RemoveAt(0);
            _kept.Add(text);
            Put("\a");
            Overlay(text);
        }
    }

    /// <summary>Shows a text that need not be shown again.</summary>
    public void Show(string text)
    {
        lock (_gate)
        {
            if (_modes.IsFullScreen)
            {
                Overlay(text);
                return;
            }

            _waiting.Enqueue(text);
            Catch();
        }
    }

    /// <summary>Lays the panel out again, for another size of the terminal.</summary>
    public void Resized()
    {
        lock (_gate)
        {
            if (_panel.Height > 0)
                ShowPanel();
        }
    }

    /// <summary>Ends the remote program's output, and undoes what it left changed at the terminal.</summary>
    public void End() => Close("");

    /// <summary>The same for a program that still runs. It may have left the cursor in the middle of a line.</summary>
    public void Leave() => Close("\r\n");

    protected override void Dispose(bool disposing)
    {
        AppDomain.CurrentDomain.ProcessExit -= ResetAtExit;
        lock (_gate)
        {
            _isClosed = true;
            _timer?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Close(string last)
    {
        _isOpen.Set();
        AppDomain.CurrentDomain.ProcessExit -= ResetAtExit;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _timer?.Dispose();
            Put(Restored());
            Put(last);
            _isClosed = true;
            foreach (string text in _waiting.Concat(_kept))
                Put(InLines(text));
        }
    }

    // SIGHUP, SIGTERM while the program hangs, a fault: the exit handlers are the only code that runs. No message: it may be gone.
    private void ResetAtExit(object? sender, EventArgs e)
    {
        if (!_gate.TryEnter(ExitPatience))
            return;
        try
        {
            if (!_isClosed && TakesMore())
                Put(Restored());
            _isClosed = true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private static bool TakesMore()
    {
        if (OperatingSystem.IsWindows())
            return true;
        Span<PollRequest> requests = [new() { Descriptor = LibC.StandardOutput, Events = LibC.PollOut }];
        return LibC.Poll(requests, 1, 0) > 0 && requests[0].Results == LibC.PollOut;
    }

    // All that follows is called under _gate.
    private string Restored()
    {
        string panel = _panel.Height > 0 ? _panel.Remove(_modes) : "";
        string region = _hasRegion ? BottomPanel.FreeRegion(_modes) : "";
        return _modes.Abort + panel + region + _modes.Reset(Terminal().Rows);
    }

    // Writes what had to wait for the end of a sequence, and follows the program into and out of the alternate screen.
    private void Catch()
    {
        if (!_modes.IsBetweenSequences || _isClosed)
            return;
        bool isGone = _isOverFullScreen && !_modes.IsFullScreen;
        _isOverFullScreen = _modes.IsFullScreen;
        if (_panel.Height > 0 && (_isPanelDue || (isGone && !_isLost)))
            RemovePanel(isGone);
        if (_hasRegion && _reserved == 0)
            Put(BottomPanel.FreeRegion(_modes));
        _hasRegion = _reserved > 0;
        if (_panel.Height > 0)
            Put(_panel.Draw(_modes, _hasRegion));
        if (_modes.IsFullScreen || _waiting.Count + _kept.Count == 0)
            return;
        foreach (string text in _waiting.Concat(_kept))
            Put($"\r\n{InLines(text)}");
        _waiting.Clear();
        _kept.Clear();
        Disturbed?.Invoke();
    }

    // It may have gone away with the alternate screen already.
    private void RemovePanel(bool isGone)
    {
        if (!isGone)
            Put(_panel.Remove(_modes));
        _panel.Forget();
        _isPanelDue = false;
        bool wasReserved = _reserved > 0;
        Volatile.Write(ref _reserved, 0);
        if (wasReserved)
            SizeChanged?.Invoke();
    }

    private void Overlay(string text)
    {
        // The message that the connection is lost stays.
        if (_isLost)
            return;
        _panel.Add(text);
        _timer?.Dispose();
        _timer = new(_ => Expire(), null, PanelTime, Timeout.InfiniteTimeSpan);
        ShowPanel();
    }

    private void Expire()
    {
        lock (_gate)
        {
            _isPanelDue = !_isLost;
            Catch();
        }
    }

    private void ShowPanel()
    {
        _isPanelDue = false;
        TerminalRequest size = Terminal();
        if (_panel.Height > 0 && _modes.IsBetweenSequences)
            Put(_panel.Remove(_modes));
        _panel.Layout(size.Columns, size.Rows);
        bool canReserve = SizeChanged is not null && !_isLost && _modes.IsFullScreen && _panel.Height < size.Rows;
        int reserved = canReserve ? _panel.Height : 0;
        bool isChanged = reserved != _reserved;
        Volatile.Write(ref _reserved, reserved);
        Catch();
        if (isChanged)
            SizeChanged?.Invoke();
    }

    private static string InLines(string text)
        => $"{UserMessages.Printable(text).Replace("\n", "\r\n", StringComparison.Ordinal)}\r\n";

    private void Put(string text)
    {
        if (text.Length == 0)
            return;
        try
        {
            output.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // The next write of the remote program's output fails as well, and ends the command.
        }
    }
}
