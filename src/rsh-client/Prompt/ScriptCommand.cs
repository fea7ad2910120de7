using RemoteShell.Cli.Client.Execution;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>A command of a script.</summary>
internal sealed record ScriptCommand
{
    /// <summary>The text, of one or more lines.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the script has ended, and this is the <c>exit</c> after its last command.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Whether the shell refuses its syntax: a script ends with it.</summary>
    public bool IsWrong { get; init; }

    /// <summary>The line that was sent ahead; null if the command was not sent.</summary>
    public LineRunner? Sent { get; init; }
}
