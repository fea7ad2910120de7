using RemoteShell.Files.Transfers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Draws the bar of a transfer. It moves while the whole is not known.</summary>
internal sealed class TransferBar
{
    private readonly IAnsiConsole _console = ErrorTerminal.CreateConsole();
    private readonly ProgressBarColumn _column = new();
    private readonly ProgressTask _all = new(id: 0, description: "all", maxValue: 1);

    /// <summary>The bar, with escapes for its colours.</summary>
    /// <param name="progress">How far the transfer is.</param>
    /// <param name="width">The characters of the bar.</param>
    public string Draw(TransferProgress progress, int width)
    {
        double? share = ProgressText.ShareOf(progress);
        _column.Width = width;
        _all.Value = share ?? 0;
        _all.IsIndeterminate = share is null;
        RenderOptions options = RenderOptions.Create(_console, _console.Profile.Capabilities);
        return _console.ToAnsi(_column.Render(options, _all, TimeSpan.Zero));
    }
}
