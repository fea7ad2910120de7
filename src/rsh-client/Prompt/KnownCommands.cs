using System.Collections.Concurrent;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Tells which names are commands of the conversation's shell. Asks for one name at a time, while the user types.</summary>
/// <param name="conversation">The conversation.</param>
internal sealed class KnownCommands(PromptConversation conversation)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private int _asks;
    private int _lines;

    /// <summary>Called when it becomes known whether a name is a command.</summary>
    public Action? Learned { get; set; }

    /// <summary>Whether the name is a command; null: not known yet.</summary>
    public bool? IsKnown(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal) || name.Length == 0)
            return null;
        // A line may have defined or removed commands.
        if (Interlocked.Exchange(ref _lines, conversation.Lines) != conversation.Lines)
            _known.Clear();
        if (_known.TryGetValue(name, out bool isKnown))
            return isKnown;
        if (Interlocked.CompareExchange(ref _asks, 1, 0) == 0)
            _ = AskAsync(name);
        return null;
    }

    private async Task AskAsync(string name)
    {
        bool isLearned = false;
        try
        {
            using var time = new CancellationTokenSource(Patience);
            IReadOnlyList<Completion> found = await conversation.Current.CompleteAsync(name, CompletionTarget.Command, time.Token);
            _known[name] = found.Any(completion => completion.Text == name);
            isLearned = true;
        }
        catch (Exception e) when (e is OperationCanceledException or RemoteShellException)
        {
            // The name keeps its plain colour.
        }
        finally
        {
            Volatile.Write(ref _asks, 0);
        }

        if (isLearned)
            Learned?.Invoke();
    }
}
