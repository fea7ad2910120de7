using System.CommandLine;

namespace RemoteShell.Cli.Client.Help;

/// <summary>A subcommand with the parts of its help page that System.CommandLine does not hold.</summary>
/// <param name="name">The name, as the user types it.</param>
/// <param name="summary">What it does, in one line: for its own page and for the list of subcommands.</param>
internal sealed class DocumentedCommand(string name, string summary) : Command(name, summary)
{
    /// <summary>Paragraphs below the summary.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>The rows of the table of arguments, if one argument of the parser stands for several of the user.</summary>
    public IReadOnlyList<(string Term, string Text)> Operands { get; init; } = [];

    /// <summary>Command lines that can be typed, each without <c>rsh-client</c>.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}
