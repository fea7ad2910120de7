using System.Text;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The local terminal, to which the remote program and this program write.</summary>
internal sealed class Screen(Stream output, Asciicast? recording) : WriteOnlyStream
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _isOpen = new();

    // Guarded by _gate.
    private readonly ScreenModes _modes = new();
    private bool _hasBottomLine;
    private bool _isClosed;

    /// <summary>Lets the remote program write. Its writes wait until then.</summary>
    /// <param name="first">Written before the program's output.</param>
    public void Open(string first)
    {
        lock (_gate)
            Put(first);
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
        }
    }

    /// <summary>Shows a message on the bottom line, over what is there, until <see cref="ClearBottomLine"/>.</summary>
    public void ShowBottomLine(string text)
    {
        lock (_gate)
        {
            (_, int columns, int rows) = LocalTerminal.Describe();
            string line = UserMessages.OneLine(text);
            _hasBottomLine = true;
            string shown = line.Length < columns ? line : line[..(columns - 1)];
            Put($"\u001b7\u001b[{rows};1H\u001b[7m{shown}\u001b[0m\u001b[K\u001b8");
        }
    }

    /// <summary>Clears the message on the bottom line. The remote program must draw again what was there before.</summary>
    public void ClearBottomLine()
    {
        lock (_gate)
        {
            if (_hasBottomLine)
                Put($"\u001b7\u001b[{LocalTerminal.Describe().Rows};1H\u001b[2K\u001b8");
            _hasBottomLine = false;
        }
    }

    /// <summary>Shows a message: in its own lines, or on the bottom line if a program uses the whole screen.</summary>
    public void Say(string text)
    {
        lock (_gate)
        {
            if (!_modes.IsFullScreen)
                Put($"\r\n{UserMessages.Printable(text).Replace("\n", "\r\n", StringComparison.Ordinal)}\r\n");
        }

        if (_modes.IsFullScreen)
            ShowBottomLine(text);
    }

    /// <summary>Ends the remote program's output, and resets the modes that it left on.</summary>
    public void End()
    {
        _isOpen.Set();
        lock (_gate)
        {
            ClearBottomLine();
            if (!_isClosed && _modes.NeedsReset)
                Put(_modes.Reset());
            _isClosed = true;
        }
    }

    /// <summary>The same for a program that still runs. It may have left the cursor in the middle of a line.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            bool isFirst = !_isClosed;
            End();
            if (isFirst)
                Put($"{ScreenModes.Plain}\r\n");
        }
    }

    private void Put(string text)
    {
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
