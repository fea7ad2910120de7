namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>A heredoc whose body has not been read.</summary>
/// <param name="Delimiter">The line that ends it, without quotes.</param>
/// <param name="StripsTabs">Whether tabs at the start of a line are ignored (<c>&lt;&lt;-</c>).</param>
/// <param name="IsQuoted">Whether the delimiter is quoted, so that nothing in the body is expanded.</param>
internal sealed record Heredoc(string Delimiter, bool StripsTabs, bool IsQuoted)
{
    /// <summary>Whether a line ends the body.</summary>
    public bool IsEnd(ReadOnlySpan<char> line) => Compared(line).SequenceEqual(Delimiter);

    /// <summary>Whether a line ends the body and has a parenthesis behind it.</summary>
    public bool IsEndWithParenthesis(ReadOnlySpan<char> line)
        => Compared(line).StartsWith(Delimiter) && Compared(line)[Delimiter.Length..].StartsWith(')');

    /// <summary>Whether a line of the body goes on in the next one.</summary>
    public bool IsContinued(ReadOnlySpan<char> line) => !IsQuoted && (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private ReadOnlySpan<char> Compared(ReadOnlySpan<char> line) => StripsTabs ? line.TrimStart('\t') : line;
}
