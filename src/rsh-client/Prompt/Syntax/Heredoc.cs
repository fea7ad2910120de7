namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>A heredoc whose body has not been read.</summary>
/// <param name="Delimiter">The line that ends it, without quotes.</param>
/// <param name="StripsTabs">Whether tabs at the start of a line are ignored (<c>&lt;&lt;-</c>).</param>
/// <param name="IsQuoted">Whether the delimiter is quoted, so that nothing in the body is expanded.</param>
internal sealed record Heredoc(string Delimiter, bool StripsTabs, bool IsQuoted);
