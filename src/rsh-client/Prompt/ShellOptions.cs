using RemoteShell.Cli.Client.Prompt.Syntax;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Asks the shell of the conversation for its options that change what is a whole command.</summary>
/// <param name="conversation">The conversation.</param>
/// <param name="patience">How long the answer may take.</param>
internal sealed class ShellOptions(PromptConversation conversation, TimeSpan patience)
{
    private volatile Told? _told;

    /// <summary>The arguments that give the options to another process of the shell.</summary>
    /// <remarks>The shell is asked again after each line, which may have changed the options.</remarks>
    public async Task<IReadOnlyList<string>> ArgumentsAsync(CancellationToken cancellationToken)
    {
        RemoteConversation current = conversation.Current;
        int lines = conversation.Lines;
        if (_told is { } told && told.Conversation == current && told.Lines == lines)
            return told.Arguments;
        if (await AskAsync(current, cancellationToken) is not { } arguments)
            return ParserOptions.Unknown(current.Shell);
        _told = new(current, lines, arguments);
        return arguments;
    }

    private async Task<IReadOnlyList<string>?> AskAsync(RemoteConversation current, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(patience);
        try
        {
            IEnumerable<Task<string?>> asked = ParserOptions.VariablesOf(current.Shell)
                .Select(name => ValueAsync(current, name, time.Token));
            string?[] values = await Task.WhenAll(asked);
            return values.Contains(null) ? null : ParserOptions.Of(current.Shell, values!);
        }
        catch (Exception e) when (e is OperationCanceledException or RemoteShellException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static async Task<string?> ValueAsync(RemoteConversation current, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<Completion> found = await current.CompleteAsync(name, CompletionTarget.Variable, cancellationToken);
        return found.FirstOrDefault(variable => variable.Text == name)?.Description;
    }

    private sealed record Told(RemoteConversation Conversation, int Lines, IReadOnlyList<string> Arguments);
}
