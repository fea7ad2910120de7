using System.Collections.Concurrent;
using System.Text;
using RemoteShell.Cli.Client.Prompt.Syntax;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Asks the shell of the conversation whether a text is a whole command, without running anything of it.</summary>
/// <param name="client">The connection.</param>
/// <param name="conversation">The conversation, for the path of its shell.</param>
/// <param name="patience">How long the shell may take: ksh93 -n runs for ever on some texts.</param>
internal sealed class ShellSyntax(RemoteShellClient client, PromptConversation conversation, TimeSpan patience)
{
    // Scripts repeat lines. At most so many answers are kept, for texts of at most so many characters.
    private const int MaxKept = 256, MaxKeptLength = 1024;

    private readonly ConcurrentDictionary<(string Shell, string Text), SyntaxVerdict> _kept = new();

    /// <summary>The verdict of the shell; unknown if it cannot be asked.</summary>
    public async Task<SyntaxVerdict> VerdictAsync(string text, CancellationToken cancellationToken)
    {
        string shell = conversation.Current.Shell;
        if (_kept.TryGetValue((shell, text), out SyntaxVerdict known))
            return known;
        SyntaxVerdict verdict = await VerdictAsync(shell, text, cancellationToken);
        if (verdict != SyntaxVerdict.Unknown && text.Length <= MaxKeptLength && _kept.Count < MaxKept)
            _kept[(shell, text)] = verdict;
        return verdict;
    }

    private async Task<SyntaxVerdict> VerdictAsync(string shell, string text, CancellationToken cancellationToken)
    {
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
            return isHeredoc ? SyntaxVerdict.Incomplete : verdict;
        }
        catch (RemoteShellException)
        {
            // The shell says what is wrong when the line runs.
            return SyntaxVerdict.Unknown;
        }
    }

    private async Task<SyntaxVerdict> AskAsync(IReadOnlyList<string> check, string text, CancellationToken cancellationToken)
    {
        RemoteCommand command = RemoteCommand.Exact(check)
            .WithEnvironment("LC_ALL", "C")
            .WithTimeout(patience)
            .WithInput(text, Encoding.UTF8);
        BufferedResult result = await client.RunBufferedAsync(command, cancellationToken: cancellationToken);
        return ShellSyntaxMessages.Verdict(result.ExitCode, result.Error);
    }
}
