using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Tells whether a text of the prompt is a whole command: asks the shell only where the lexer does not know.</summary>
/// <param name="ask">Asks the shell; null: a text that the lexer does not know counts as whole.</param>
internal sealed class ShellCompleteness(Func<string, CancellationToken, Task<SyntaxVerdict>>? ask) : ICompleteness
{
    // Without an answer, such as without a connection, the text goes on in another row.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> IsCompleteAsync(string text, CancellationToken cancellationToken)
    {
        if (ServerBuiltins.Take(text) || LocalCommands.WordOf(text) is not null)
            return true;
        return Completeness.Of(text) switch
        {
            SyntaxVerdict.Complete => true,
            SyntaxVerdict.Incomplete => false,
            _ => ask is null || await AskAsync(ask, text, cancellationToken),
        };
    }

    private static async Task<bool> AskAsync(
        Func<string, CancellationToken, Task<SyntaxVerdict>> ask, string text, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(Patience);
        try
        {
            return await ask(text, time.Token) != SyntaxVerdict.Incomplete;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
