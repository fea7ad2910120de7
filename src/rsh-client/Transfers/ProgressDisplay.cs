using System.Diagnostics;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Shows the progress of a transfer from time to time, and messages between it.</summary>
internal sealed class ProgressDisplay : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly RateMeter _rate = new();
    private readonly ProgressView? _view;
    private readonly Timer? _timer;
    private TransferProgress _now = new();

    // Guarded by _gate.
    private bool _isOver;

    private ProgressDisplay(ProgressView? view)
    {
        _view = view;
        if (view is not null)
            _timer = new(_ => Show(view), null, view.First, view.Interval);
    }

    /// <summary>The state that was reported last.</summary>
    public TransferProgress Now => Volatile.Read(ref _now);

    /// <summary>Creates a display on standard error. A quiet one shows messages only, and so does one of content that is printed.</summary>
    public static ProgressDisplay Create(TransferOutput output)
    {
        if (output.IsQuiet || output.PrintsContent)
            return new(null);
        bool canRedraw = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        return new(canRedraw ? new TerminalProgressView() : new PlainProgressView());
    }

    /// <summary>Notes how far the transfer is. It is shown later.</summary>
    public void Note(TransferProgress progress) => Volatile.Write(ref _now, progress);

    /// <summary>Shows a message of this program.</summary>
    public void Say(string text) => Between(() => UserMessages.Say(text));

    /// <summary>Writes something else while nothing of the progress is shown.</summary>
    public void Between(Action write)
    {
        lock (_gate)
        {
            _view?.Clear();
            write();
        }
    }

    /// <summary>Removes what is shown, and shows nothing more.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            _isOver = true;
            _view?.Clear();
        }
    }

    private void Show(ProgressView view)
    {
        lock (_gate)
        {
            TransferProgress now = Now;
            if (!_isOver)
                view.Show(now, _rate.Note(Stopwatch.GetElapsedTime(_start), now));
        }
    }
}
