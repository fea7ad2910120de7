namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>A token of shell text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">The offset of its first character.</param>
/// <param name="Length">In characters.</param>
/// <param name="Depth">The number of command and process substitutions around it.</param>
internal readonly record struct ShellToken(TokenKind Kind, int Start, int Length, int Depth)
{
    /// <summary>The offset behind its last character.</summary>
    public int End => Start + Length;
}
