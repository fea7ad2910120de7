namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What a completion names.</summary>
internal enum CompletionKind
{
    Command,
    Builtin,
    Function,
    Alias,
    Variable,
    File,
    Folder,
    Program,
    Other,
}
