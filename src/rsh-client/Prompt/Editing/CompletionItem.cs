namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A possible completion.</summary>
/// <param name="Text">Ready to insert: quoted for the shell.</param>
/// <param name="Shown">Its name in a list.</param>
/// <param name="Kind">What it names.</param>
/// <param name="Description">What it does; null if that is not known.</param>
internal sealed record CompletionItem(string Text, string Shown, CompletionKind Kind, string? Description)
{
    /// <summary>The text, and what ends it: a slash behind a folder, a blank behind everything else.</summary>
    public string WithEnd => Kind switch
    {
        CompletionKind.Folder => Text.EndsWith('/') ? Text : $"{Text}/",
        _ => $"{Text} ",
    };

    /// <summary>The style of its name.</summary>
    public CellStyle Style => Kind switch
    {
        CompletionKind.Command => CellStyle.Command,
        CompletionKind.Builtin => CellStyle.Builtin,
        CompletionKind.Function => CellStyle.Function,
        CompletionKind.Alias => CellStyle.Alias,
        CompletionKind.Variable => CellStyle.Variable,
        CompletionKind.Folder => CellStyle.Folder,
        CompletionKind.Program => CellStyle.Program,
        _ => CellStyle.Text,
    };
}
