using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Tells whether a text of the prompt is a whole command: asks the shell only where the lexer does not know.</summary>
/// <param name="shell">Asks the shell; null: a text that the lexer does not know counts as whole.</param>
internal sealed class ShellCompleteness(ICompleteness? shell) : ICompleteness
{
    public async ValueTask<bool> IsCompleteAsync(string text, CancellationToken cancellationToken)
    {
        if (ServerBuiltins.Take(text) || LocalCommands.WordOf(text) is not null)
            return true;
        return Completeness.Of(text) switch
        {
            SyntaxVerdict.Complete => true,
            SyntaxVerdict.Incomplete => false,
            _ => shell is null || await shell.IsCompleteAsync(text, cancellationToken),
        };
    }
}
