using System.Text;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>What a run shows: whole lines of its hosts, messages, and on a terminal a line at the bottom. Thread-safe.</summary>
/// <remarks>A slow reader of standard output makes the commands wait, and nothing else: messages and new hosts go on.</remarks>
internal sealed class FleetScreen : IDisposable
{
    private const string ClearLine = "\r\u001b[K";

    private readonly Lock _gate = new();
    private readonly Stream _error = StandardStreams.Error;
    private readonly OutputQueue _output;
    private readonly bool _sharesTerminal = CanRedraw && !Console.IsOutputRedirected;

    // Guarded by _gate: the line at the bottom.
    private string _shown = "";

    public FleetScreen() => _output = new(WriteOutput);

    /// <summary>Whether there is a terminal on which a line can be drawn again.</summary>
    public static bool CanRedraw
        => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Why standard output cannot be written; null: it can.</summary>
    public Exception? Failure => _output.Failure;

    /// <summary>Cancelled when standard output cannot be written any more.</summary>
    public CancellationToken Broken => _output.Broken;

    /// <summary>Writes to standard output or standard error. Waits while the reader of standard output is slow.</summary>
    public async ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        if (bytes.Length == 0)
            return;
        if (stream == OutputStream.StandardOutput)
            await _output.WriteAsync(bytes.ToArray(), cancellationToken);
        else
            WriteError(bytes.Span);
    }

    /// <summary>Waits until all that was given to standard output is written, or cannot be.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => _output.DrainAsync(cancellationToken);

    /// <summary>Shows a message.</summary>
    public void Say(string text)
    {
        lock (_gate)
        {
            ClearShown();
            UserMessages.Say(text);
        }
    }

    /// <summary>Shows a line below a message.</summary>
    public void SayMore(string text)
        => WriteError(Encoding.UTF8.GetBytes($"{UserMessages.Line(text)}\n"));

    /// <summary>Draws the line at the bottom.</summary>
    public void ShowStatus(string text)
    {
        lock (_gate)
        {
            // The last column stays empty: some terminals wrap there.
            string cut = WrappedText.Lines(text, LocalTerminal.Describe().Columns - 1, 1)[0];
            if (cut == _shown)
                return;
            StandardText.Error.Write($"{ClearLine}{cut}");
            _shown = cut;
        }
    }

    /// <summary>Removes the line at the bottom.</summary>
    public void ClearStatus()
    {
        lock (_gate)
            ClearShown();
    }

    public void Dispose()
    {
        ClearStatus();
        _output.Dispose();
    }

    // A pipe or a file does not show the line at the bottom.
    private void WriteOutput(Stream output, byte[] bytes)
    {
        if (!_sharesTerminal)
        {
            output.Write(bytes);
            return;
        }

        lock (_gate)
        {
            ClearShown();
            output.Write(bytes);
        }
    }

    private void WriteError(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            ClearShown();
            try
            {
                _error.Write(bytes);
            }
            catch (Exception e) when (e is BrokenOutputException or IOException)
            {
                // As for all messages: what cannot be written is dropped.
            }
        }
    }

    // The caller holds _gate.
    private void ClearShown()
    {
        if (_shown.Length > 0)
            StandardText.Error.Write(ClearLine);
        _shown = "";
    }
}
