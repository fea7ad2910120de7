using System.Text;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>What a run shows: whole lines of its hosts, messages, and on a terminal a line at the bottom. Thread-safe.</summary>
internal sealed class FleetScreen : IDisposable
{
    private const string ClearLine = "\r\u001b[K";

    private readonly Lock _gate = new();
    private readonly Stream _output = StandardStreams.Output;
    private readonly Stream _error = StandardStreams.Error;
    private readonly CancellationTokenSource _broken = new();

    // Guarded by _gate: the line at the bottom.
    private string _shown = "";

    /// <summary>Whether there is a terminal on which a line can be drawn again.</summary>
    public static bool CanRedraw
        => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Why standard output cannot be written; null: it can.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Cancelled when standard output cannot be written any more.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>Writes to standard output or standard error.</summary>
    public void Write(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        if (stream == OutputStream.StandardOutput)
            WriteOutput(bytes);
        else
            WriteError(bytes);
    }

    /// <summary>Writes to standard output; nothing after it could not be written once.</summary>
    public void WriteOutput(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (Failure is not null)
                return;
            ClearShown();
            try
            {
                _output.Write(bytes);
                return;
            }
            catch (Exception e) when (e is BrokenOutputException or IOException)
            {
                Failure = e;
            }
        }

        _broken.Cancel();
    }

    /// <summary>Writes to standard error.</summary>
    public void WriteError(ReadOnlySpan<byte> bytes)
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
        _broken.Dispose();
    }

    // The caller holds _gate.
    private void ClearShown()
    {
        if (_shown.Length > 0)
            StandardText.Error.Write(ClearLine);
        _shown = "";
    }
}
