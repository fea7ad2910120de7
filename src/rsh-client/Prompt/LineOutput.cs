using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Cli.Client.Terminals.Modes;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>What a line writes to the terminal. What it leaves changed there is undone before the next prompt.</summary>
internal sealed class LineOutput : IDisposable
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly ScreenModes _modes = new();
    private bool _isRestored;
    private bool _isPartRow;

    public LineOutput() => Streams = new()
    {
        Output = new WatchedStream(this, StandardStreams.Output),
        Error = new WatchedStream(this, StandardStreams.Error),
    };

    /// <summary>Standard output and error of the line.</summary>
    public CommandStreams Streams { get; }

    /// <summary>Undoes what the line has changed at the terminal; does nothing if it has changed nothing.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            if (_isRestored)
                return;
            _isRestored = true;
            string undo = _modes.Abort + _modes.Reset(LocalTerminal.Describe().Rows);
            if (undo.Length > 0)
                StandardText.Error.Write(undo);
        }
    }

    /// <summary>Whether the last row of the output has no end.</summary>
    public bool IsPartRow
    {
        get
        {
            lock (_gate)
                return _isPartRow;
        }
    }

    public void Dispose() => Restore();

    private sealed class WatchedStream(LineOutput owner, Stream target) : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (owner._gate)
            {
                owner._modes.Look(buffer);
                owner._isPartRow = buffer.IsEmpty ? owner._isPartRow : buffer[^1] != (byte)'\n';
            }

            target.Write(buffer);
        }
    }
}
