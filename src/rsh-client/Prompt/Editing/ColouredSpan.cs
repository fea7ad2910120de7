namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A part of a text, and what it is.</summary>
internal readonly record struct ColouredSpan(int Start, int Length, SpanKind Kind);
