namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The control sequences of styles.</summary>
internal sealed class EditorPalette
{
    private readonly Func<CellStyle, string> _numbers;

    private EditorPalette(Func<CellStyle, string> numbers) => _numbers = numbers;

    /// <summary>The sixteen colours, which each terminal shows in its own theme.</summary>
    public static EditorPalette Coloured { get; } = new(NumbersOf);

    /// <summary>No colours: reverse video for what would be misread without it.</summary>
    public static EditorPalette Plain { get; }
        = new(style => style is CellStyle.Control or CellStyle.Match or CellStyle.Selected ? "7" : "");

    /// <summary>Whether a suggestion looks different from typed text.</summary>
    public bool ShowsSuggestions => _numbers(CellStyle.Suggestion).Length > 0;

    /// <summary>Switches from plain text to the style; empty for plain text.</summary>
    public string Begin(CellStyle style) => _numbers(style) is { Length: > 0 } numbers ? $"\u001b[{numbers}m" : "";

    private static string NumbersOf(CellStyle style) => style switch
    {
        CellStyle.Host or CellStyle.Command or CellStyle.Program => "32",
        CellStyle.Path or CellStyle.Folder => "34",
        CellStyle.Suggestion or CellStyle.Comment or CellStyle.Description or CellStyle.Continuation => "90",
        CellStyle.Control or CellStyle.Selected => "7",
        CellStyle.UnknownCommand => "31",
        CellStyle.String => "33",
        CellStyle.Keyword or CellStyle.Function => "35",
        CellStyle.Operator or CellStyle.Variable or CellStyle.Builtin or CellStyle.Alias => "36",
        CellStyle.Match => "1;4",
        _ => "",
    };
}
