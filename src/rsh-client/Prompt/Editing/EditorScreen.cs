using System.Runtime.InteropServices;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Draws the edited text on the terminal, from <see cref="Begin"/> to <see cref="End"/>.</summary>
/// <remarks>Thread-safe: messages and changes of the terminal's size may come while the user types.</remarks>
internal sealed class EditorScreen : IDisposable
{
    private const string PasteOn = "\u001b[?2004h", PasteOff = "\u001b[?2004l", Clear = "\u001b[H\u001b[2J";

    // In reverse video, at the end of output without a line feed.
    private const string NoLineFeed = "\u001b[7m\u23CE\u001b[0m", EraseBelow = "\u001b[J";

    // At the program's exit: a write that blocks holds the lock, and must not keep the program from exiting.
    private static readonly TimeSpan ExitPatience = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter _output;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly ViewPainter _painter;
    private readonly List<IDisposable> _registrations = [];
    private readonly List<LateRows> _late = [];
    private EditorView? _view;
    private int _columns;

    public EditorScreen(TextWriter output, EditorPalette palette) => (_output, _painter) = (output, new(palette));

    /// <summary>Draws the first view, on a row of its own.</summary>
    public void Begin(EditorView view)
    {
        lock (_gate)
        {
            TerminalRequest size = LocalTerminal.Describe();
            // The blanks wrap to the next row unless the cursor was in the first column; then the mark is erased again.
            _output.Write($"{NoLineFeed}{new string(' ', size.Columns - 1)}\r{EraseBelow}{PasteOn}");
            (_view, _columns) = (view, size.Columns);
            _painter.Forget();
            Paint();
            Watch();
        }
    }

    /// <summary>Draws what has changed.</summary>
    public void Show(EditorView view)
    {
        lock (_gate)
        {
            _view = view;
            Paint();
        }
    }

    /// <summary>Draws the last view, and leaves the cursor in the row below it.</summary>
    public void End(EditorView view)
    {
        lock (_gate)
        {
            _view = view;
            Paint();
            _output.Write($"{PasteOff}{_painter.Leave()}");
            Forget();
        }
    }

    /// <summary>Leaves the terminal to another program; does nothing after <see cref="End"/>.</summary>
    public void Suspend()
    {
        lock (_gate)
        {
            if (_view is null)
                return;
            _output.Write($"{PasteOff}{_painter.Leave()}");
            Forget();
        }
    }

    /// <summary>Draws the view at the top of an empty screen.</summary>
    public void ClearAll()
    {
        lock (_gate)
        {
            _painter.Forget();
            _output.Write(Clear);
            Paint();
        }
    }

    public void Ring() => _output.Write("\a");

    /// <summary>Shows a message above the text; false if no text is edited.</summary>
    public bool Interject(string message)
    {
        lock (_gate)
        {
            if (_view is null)
                return false;
            _output.Write($"{_painter.Erase()}{UserMessages.Printable(message).ReplaceLineEndings("\r\n")}\r\n");
            Paint();
            return true;
        }
    }

    /// <summary>Shows more of the output of processes in the background above the text; false if no text is edited.</summary>
    /// <remarks>Whole rows are written; a last row without an end stays above the prompt, and grows there.</remarks>
    public bool ShowLate(LateRows late, string text)
    {
        lock (_gate)
        {
            if (_view is null)
                return false;
            if (!_late.Contains(late))
                _late.Add(late);
            string rows = late.Append(text);
            if (rows.Length > 0)
                _output.Write($"{_painter.Erase()}{rows.ReplaceLineEndings("\r\n")}");
            Paint();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
            Forget();
    }

    // All that follows is called under _gate, or takes it.
    private void Paint()
    {
        if (_view is null)
            return;
        TerminalRequest size = LocalTerminal.Describe();
        string erased = size.Columns == _columns ? "" : EraseAfterResize(size.Columns);
        _columns = size.Columns;
        EditorView view = _view with { Above = [.. _late.Select(late => late.Rest).Where(rest => rest.Length > 0)] };
        string painted = erased + _painter.Paint(view.Render(size.Columns, size.Rows));
        if (painted.Length > 0)
            _output.Write(painted);
    }

    // Of the usual terminals only xterm leaves the rows as they are when its width changes.
    private string EraseAfterResize(int columns)
        => Environment.GetEnvironmentVariable("XTERM_VERSION") is null ? _painter.EraseAfterWrap(columns) : _painter.Erase();

    private void Watch()
    {
        if (LocalTerminal.OnResize(_ => Repaint()) is { } resized)
            _registrations.Add(resized);
        if (!OperatingSystem.IsWindows())
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, Continue));
        AppDomain.CurrentDomain.ProcessExit += ResetAtExit;
    }

    private void Forget()
    {
        _view = null;
        AppDomain.CurrentDomain.ProcessExit -= ResetAtExit;
        foreach (IDisposable registration in _registrations)
            registration.Dispose();
        _registrations.Clear();
        foreach (LateRows late in _late)
            late.Clear();
        _late.Clear();
    }

    private void Repaint()
    {
        lock (_gate)
            Paint();
    }

    // The user's shell has written to the terminal meanwhile.
    private void Continue(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            if (_view is null || LibC.TcGetPgrp(LibC.StandardInput) != LibC.GetPgrp())
                return;
            _painter.Forget();
            _output.Write($"\r{EraseBelow}{PasteOn}");
            Paint();
        }
    }

    private void ResetAtExit(object? sender, EventArgs e)
    {
        if (!_gate.TryEnter(ExitPatience))
            return;
        try
        {
            Span<PollRequest> requests = [new() { Descriptor = LibC.StandardError, Events = LibC.PollOut }];
            bool takesMore = LibC.Poll(requests, 1, 0) > 0 && requests[0].Results == LibC.PollOut;
            if (_view is not null && takesMore)
                _output.Write(PasteOff);
        }
        finally
        {
            _gate.Exit();
        }
    }
}
