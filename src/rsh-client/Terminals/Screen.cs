using System.Text;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>The terminal as a remote program writes to it, and this program beside it.</summary>
internal sealed class Screen(Stream output, Asciicast? recording) : WriteOnlyStream
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _isOpen = new();

    // Under _gate.
    private readonly ScreenModes _modes = new();
    private bool _hasBottomLine;
    private bool _isClosed;

    /// <summary>Lets the remote program write; what it wrote before waits here.</summary>
    /// <param name="first">What is written before that.</param>
    public void Open(string first)
    {
        Write(first);
        _isOpen.Set();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _isOpen.Wait();
        lock (_gate)
        {
            // What comes late is nobody's any more: the terminal is in order again.
            if (_isClosed)
                return;
            output.Write(buffer);
            _modes.Look(buffer);
            recording?.Show(buffer);
        }
    }

    /// <summary>Says something on the bottom line, over what is there, until it is taken away.</summary>
    public void ShowBottomLine(string text)
    {
        lock (_gate)
        {
            (_, int columns, int rows) = LocalTerminal.Describe();
            string line = UserMessages.OneLine(text);
            _hasBottomLine = true;
            Put($"\u001b7\u001b[{rows};1H\u001b[7m{(line.Length < columns ? line : line[..(columns - 1)])}\u001b[0m\u001b[K\u001b8");
        }
    }

    /// <summary>Takes it away; what was there before is for the program to draw again.</summary>
    public void ClearBottomLine()
    {
        lock (_gate)
        {
            if (_hasBottomLine)
                Put($"\u001b7\u001b[{LocalTerminal.Describe().Rows};1H\u001b[2K\u001b8");
            _hasBottomLine = false;
        }
    }

    /// <summary>Says something in lines of its own where there are lines, and on the bottom line where a program has the whole screen.</summary>
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

    /// <summary>Lets the remote program write no more, and puts the terminal in order where it did not do so itself.</summary>
    public void End()
    {
        _isOpen.Set();
        lock (_gate)
        {
            ClearBottomLine();
            if (!_isClosed && _modes.AreStrange)
                Put(_modes.Tidy());
            _isClosed = true;
        }
    }

    /// <summary>The same for a program that was left in the middle, and perhaps in the middle of a line.</summary>
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

    private void Write(string text)
    {
        lock (_gate)
            Put(text);
    }

    private void Put(string text)
    {
        try
        {
            output.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // The remote program's next word meets the same, and ends it all.
        }
    }
}
