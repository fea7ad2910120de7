using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Two lines at the bottom of the terminal: a bar for all, and the file in hand.</summary>
internal sealed class TerminalProgressView : ProgressView
{
    private const string ClearBelow = "\r\u001b[J", LineUp = "\u001b[1A\r";

    // Null before the first drawing: most transfers are over by then.
    private TransferBar? _bar;
    private bool _isShown;

    public override TimeSpan First => TimeSpan.FromSeconds(1);

    public override TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    public override void Show(TransferProgress progress, double rate)
    {
        _bar ??= new();
        // The last column stays empty: some terminals wrap there.
        int columns = LocalTerminal.Describe().Columns - 1;
        (int barWidth, string text) = ProgressText.Line(progress, rate, columns);
        string bar = barWidth == 0 ? "" : _bar.Draw(progress, barWidth) + " ";
        string line = WrappedText.Lines(text, columns, 1)[0];
        string file = WrappedText.Lines(UserMessages.Line(progress.Current ?? ""), columns, 1)[0];
        _isShown = true;
        StandardText.Error.Write($"{ClearBelow}{bar}{line}\r\n{file}{LineUp}");
    }

    public override void Clear()
    {
        if (_isShown)
            StandardText.Error.Write(ClearBelow);
        _isShown = false;
    }
}
