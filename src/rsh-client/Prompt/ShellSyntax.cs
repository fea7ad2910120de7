using System.Collections.Concurrent;
using System.Text;
using RemoteShell.Cli.Client.Prompt.Syntax;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Asks the shell of the conversation whether a text is a whole command, without running anything of it.</summary>
/// <param name="client">The connection.</param>
/// <param name="conversation">The conversation, for the path of its shell.</param>
/// <param name="options">The options of its shell.</param>
/// <param name="patience">How long the shell may take: ksh93 -n runs for ever on some texts.</param>
internal sealed class ShellSyntax(
    RemoteShellClient client, PromptConversation conversation, ShellOptions options, TimeSpan patience)
{
    // Scripts repeat lines. At most so many answers are kept, for texts of at most so many characters.
    private const int MaxKept = 256, MaxKeptLength = 1024;

    private readonly ConcurrentDictionary<(string Check, string Text), SyntaxVerdict> _kept = new();

    /// <summary>The verdict of the shell; unknown if it cannot be asked.</summary>
    public async Task<SyntaxVerdict> VerdictAsync(string text, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> check = CheckOf(conversation.Current.Shell, await options.ArgumentsAsync(cancellationToken));
        string key = string.Join(' ', check);
        if (_kept.TryGetValue((key, text), out SyntaxVerdict known))
            return known;
        SyntaxVerdict verdict = await VerdictAsync(check, text, cancellationToken);
        if (verdict != SyntaxVerdict.Unknown && text.Length <= MaxKeptLength && _kept.Count < MaxKept)
            _kept[(key, text)] = verdict;
        return verdict;
    }

    // With options of its own zsh would find errors in the files that it reads first.
    private static IReadOnlyList<string> CheckOf(string shell, IReadOnlyList<string> arguments) => Path.GetFileName(shell) switch
    {
        "busybox" => [shell, "sh", "-n"],
        "zsh" => [shell, "-f", .. arguments, "-n"],
        _ => [shell, .. arguments, "-n"],
    };

    private async Task<SyntaxVerdict> VerdictAsync(IReadOnlyList<string> check, string text, CancellationToken cancellationToken)
    {
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
