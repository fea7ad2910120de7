using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Two lines at the bottom of the terminal: a bar for all, and the file in hand. They have no colours.</summary>
internal sealed class TerminalProgressView : ProgressView
{
    private const string ClearBelow = "\r\u001b[J", LineUp = "\u001b[1A\r";

    private bool _isShown;

    public override TimeSpan First => TimeSpan.FromSeconds(1);

    public override TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    public override void Show(TransferProgress progress, double rate)
    {
        // The last column stays empty: some terminals wrap there.
        int columns = LocalTerminal.Describe().Columns - 1;
        string bar = WrappedText.Lines(ProgressText.Bar(progress, rate, columns), columns, 1)[0];
        string file = WrappedText.Lines(UserMessages.Line(progress.Current ?? ""), columns, 1)[0];
        _isShown = true;
        StandardText.Error.Write($"{ClearBelow}{bar}\r\n{file}{LineUp}");
    }

    public override void Clear()
    {
        if (_isShown)
            StandardText.Error.Write(ClearBelow);
        _isShown = false;
    }
}
