using System.Text;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using Spectre.Console;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>The terminal at standard error, for Spectre.Console.</summary>
/// <remarks>The library's own outputs use the framework's console, which changes the terminal's modes.</remarks>
internal sealed class ErrorTerminal : IAnsiConsoleOutput
{
    public TextWriter Writer => StandardText.Error;

    public bool IsTerminal => true;

    public int Width => LocalTerminal.Describe().Columns;

    public int Height => LocalTerminal.Describe().Rows;

    /// <summary>Creates a console that draws with colours, unless NO_COLOR is set.</summary>
    public static IAnsiConsole CreateConsole() => AnsiConsole.Create(new()
    {
        Out = new ErrorTerminal(),
        Ansi = AnsiSupport.Yes,
        Interactive = InteractionSupport.No,
        ColorSystem = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            ? ColorSystemSupport.NoColors
            : ColorSystemSupport.Standard,
        Enrichment = new() { UseDefaultEnrichers = false },
    });

    public void SetEncoding(Encoding encoding)
    {
        // Always UTF-8.
    }
}
