namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What a part of a shell line is.</summary>
internal enum SpanKind
{
    Command,
    UnknownCommand,
    String,
    Comment,
    Keyword,
    Operator,
    Variable,
}
