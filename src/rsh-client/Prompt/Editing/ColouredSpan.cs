namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A part of a text, and what it is.</summary>
internal readonly record struct ColouredSpan(int Start, int Length, SpanKind Kind)
{
    /// <summary>Its style.</summary>
    public CellStyle Style => Kind switch
    {
        SpanKind.Command => CellStyle.Command,
        SpanKind.UnknownCommand => CellStyle.UnknownCommand,
        SpanKind.String => CellStyle.String,
        SpanKind.Comment => CellStyle.Comment,
        SpanKind.Keyword => CellStyle.Keyword,
        SpanKind.Operator => CellStyle.Operator,
        _ => CellStyle.Variable,
    };
}
