using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Files.Transfers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Two lines at the bottom of the terminal: a bar for all, and the file in hand.</summary>
internal sealed class TerminalProgressView : ProgressView
{
    private const string ClearBelow = "\r\u001b[J", LineUp = "\u001b[1A\r";

    private readonly ProgressBarColumn _bar = new();
    private readonly ProgressTask _all = new(id: 0, description: "all", maxValue: 1);

    // Null before the first drawing: most transfers are over by then.
    private IAnsiConsole? _console;
    private bool _isShown;

    public override TimeSpan First => TimeSpan.FromSeconds(1);

    public override TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    public override void Show(TransferProgress progress, double rate)
    {
        _console ??= ErrorTerminal.CreateConsole();
        // The last column stays empty: some terminals wrap there.
        int columns = LocalTerminal.Describe().Columns - 1;
        (int barWidth, string text) = ProgressText.Line(progress, rate, columns);
        string bar = Bar(_console, progress, barWidth);
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

    // The bar and the space behind it.
    private string Bar(IAnsiConsole console, TransferProgress progress, int width)
    {
        if (width == 0)
            return "";
        _bar.Width = width;
        _all.Value = ProgressText.ShareOf(progress) ?? 0;
        _all.IsIndeterminate = ProgressText.ShareOf(progress) is null;
        RenderOptions options = RenderOptions.Create(console, console.Profile.Capabilities);
        return console.ToAnsi(_bar.Render(options, _all, TimeSpan.Zero)) + " ";
    }
}
