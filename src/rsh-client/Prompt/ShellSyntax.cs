using System.Text;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Prompt.Syntax;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Asks the shell of the conversation whether a text is a whole command, without running anything of it.</summary>
/// <param name="client">The connection.</param>
/// <param name="conversation">The conversation, for the path of its shell.</param>
internal sealed class ShellSyntax(RemoteShellClient client, PromptConversation conversation) : ICompleteness
{
    // ksh93 -n runs for ever on some texts.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async ValueTask<bool> IsCompleteAsync(string text, CancellationToken cancellationToken)
    {
        string shell = conversation.Current.Shell;
        // Patterns such as !(a|b) are valid if the live shell has the option; what is wrong is shown when the line runs.
        string[] options = Path.GetFileName(shell) switch
        {
            "bash" => ["-O", "extglob", "-n"],
            "busybox" => ["sh", "-n"],
            _ => ["-n"],
        };
        IReadOnlyList<string> check = [shell, .. options];
        try
        {
            SyntaxVerdict verdict = await AskAsync(check, $"{text}\n", cancellationToken);
            // All but bash accept a heredoc without its end. Then a line that is wrong elsewhere belongs to it.
            bool isHeredoc = verdict == SyntaxVerdict.Complete
                && text.Contains("<<", StringComparison.Ordinal)
                && await AskAsync(check, $"{text}\n)\n", cancellationToken) == SyntaxVerdict.Complete;
            return verdict != SyntaxVerdict.Incomplete && !isHeredoc;
        }
        catch (RemoteShellException)
        {
            // The shell says what is wrong when the line runs.
            return true;
        }
    }

    private async Task<SyntaxVerdict> AskAsync(IReadOnlyList<string> check, string text, CancellationToken cancellationToken)
    {
        RemoteCommand command = RemoteCommand.Exact(check)
            .WithEnvironment("LC_ALL", "C")
            .WithTimeout(Patience)
            .WithInput(text, Encoding.UTF8);
        BufferedResult result = await client.RunBufferedAsync(command, cancellationToken: cancellationToken);
        return ShellSyntaxMessages.Verdict(result.ExitCode, result.Error);
    }
}
