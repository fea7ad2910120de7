namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What a cell shows; <see cref="EditorPalette"/> has the colours.</summary>
internal enum CellStyle : byte
{
    Text,
    Host,
    Path,
    Continuation,
    Suggestion,

    /// <summary>A control character, shown as <c>^X</c>, or an invisible one.</summary>
    Control,
    Command,
    UnknownCommand,
    String,
    Comment,
    Keyword,
    Operator,
    Variable,
    Builtin,
    Function,
    Alias,
    Folder,
    Program,
    Description,

    /// <summary>The text that a search has found.</summary>
    Match,

    /// <summary>The selected item of a menu.</summary>
    Selected,
}
