using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Prompt.Syntax;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Completes the word at the cursor with the help of the conversation's own shell.</summary>
/// <param name="conversation">The conversation.</param>
internal sealed class ConversationCompletion(PromptConversation conversation) : ICompletionSource
{
    public async ValueTask<CompletionList> CompleteAsync(string text, int cursor, CancellationToken cancellationToken)
    {
        CompletionWord word = CompletionWord.At(text, cursor);
        // A name with control characters cannot be shown as it is.
        bool isLocal = LocalCommands.TakesLocalFiles(text) && word.Kind == WordKind.Argument;
        IEnumerable<CompletionItem> candidates = isLocal ? LocalPathCompletion.Of(word) : await AskAsync(text, word, cancellationToken);
        IEnumerable<CompletionItem> found = candidates
            .Where(item => UserMessages.Line(item.Shown) == item.Shown)
            .OrderBy(item => item.Shown, StringComparer.Ordinal);
        IEnumerable<CompletionItem> own = LocalCommands.Names
            .Where(name => word.Kind == WordKind.Command && word.Start == 0 && name.StartsWith(word.Value, StringComparison.Ordinal))
            .Select(name => new CompletionItem(name, name, Editing.CompletionKind.Builtin, LocalCommands.Summaries[name]));
        return new(word.Start, word.End - word.Start, [.. own.Concat(found).DistinctBy(item => item.Text)]);
    }

    private async Task<IEnumerable<CompletionItem>> AskAsync(string text, CompletionWord word, CancellationToken cancellationToken)
    {
        try
        {
            return word.Kind switch
            {
                WordKind.None => [],
                WordKind.User => await UsersAsync(word, cancellationToken),
                WordKind.Variable => await NamesAsync(word, CompletionTarget.Variable, EndOf(text, word), cancellationToken),
                WordKind.Command when !HasSlash(word) => await NamesAsync(word, CompletionTarget.Command, "", cancellationToken),
                _ => await PathsAsync(word, cancellationToken),
            };
        }
        catch (Exception e) when (e is OperationCanceledException or RemoteShellException)
        {
            return [];
        }
    }

    // The brace that ends ${NAME, unless it is there.
    private static string EndOf(string text, CompletionWord word)
    {
        bool isInBraces = text.AsSpan(0, word.Start).EndsWith("${");
        return isInBraces && !text.AsSpan(word.End).StartsWith("}") ? "}" : "";
    }

    private static bool HasSlash(CompletionWord word) => word.Folder.Length > 0 || word.Value.Contains('/', StringComparison.Ordinal);

    private async Task<IEnumerable<CompletionItem>> NamesAsync(
        CompletionWord word, CompletionTarget target, string end, CancellationToken cancellationToken)
    {
        IReadOnlyList<Completion> names = await conversation.Current.CompleteAsync(word.Value, target, cancellationToken);
        return names.Select(
            name => new CompletionItem(
                $"{word.Replacement(name.Text)}{end}", name.Text, KindOf(name.Kind), CompletionDescription.Of(name)));
    }

    // A slash follows the name: what is inside the user's home comes next.
    private async Task<IEnumerable<CompletionItem>> UsersAsync(CompletionWord word, CancellationToken cancellationToken)
    {
        IReadOnlyList<Completion> names
            = await conversation.Current.CompleteAsync(word.Value[1..], CompletionTarget.User, cancellationToken);
        return names
            .Where(name => name.Kind == RemoteShell.Client.CompletionKind.User)
            .Select(name => new CompletionItem(
                $"~{name.Text}/", $"~{name.Text}/", Editing.CompletionKind.Folder, CompletionDescription.Of(name)));
    }

    // The folder of the word is asked for as it is written, except for its quotes: the shell expands it.
    private async Task<IEnumerable<CompletionItem>> PathsAsync(CompletionWord word, CancellationToken cancellationToken)
    {
        int slash = word.Value.LastIndexOf('/') + 1;
        string inside = word.Value[..slash];
        string asked = word.Folder.Replace("\"", "", StringComparison.Ordinal) + Escape(inside, word.Folder.Length == 0);
        string name = word.Value[slash..];
        IReadOnlyList<Completion> paths = await conversation.Current.CompleteAsync(asked + name, CompletionTarget.Path, cancellationToken);
        return paths
            .Where(path => path.Text.StartsWith(asked, StringComparison.Ordinal))
            .Select(path => ItemOf(word, inside, path.Text[asked.Length..], KindOf(path.Kind)));
    }

    private static CompletionItem ItemOf(CompletionWord word, string inside, string name, Editing.CompletionKind kind)
    {
        bool isFolder = kind == Editing.CompletionKind.Folder;
        string end = isFolder ? "" : word.Closing;
        return new($"{word.Replacement($"{inside}{name}")}{end}", name, kind, null);
    }

    // What is quoted here must not be expanded there.
    private static string Escape(string text, bool isStart)
    {
        string escaped = string.Concat(text.Select(c => c is '$' or '\\' ? $"\\{c}" : c.ToString()));
        return isStart && escaped.StartsWith('~') ? $"\\{escaped}" : escaped;
    }

    private static Editing.CompletionKind KindOf(RemoteShell.Client.CompletionKind kind) => kind switch
    {
        RemoteShell.Client.CompletionKind.File => Editing.CompletionKind.File,
        RemoteShell.Client.CompletionKind.Folder => Editing.CompletionKind.Folder,
        RemoteShell.Client.CompletionKind.Program => Editing.CompletionKind.Program,
        RemoteShell.Client.CompletionKind.Builtin or RemoteShell.Client.CompletionKind.Keyword => Editing.CompletionKind.Builtin,
        RemoteShell.Client.CompletionKind.Function => Editing.CompletionKind.Function,
        RemoteShell.Client.CompletionKind.Alias => Editing.CompletionKind.Alias,
        RemoteShell.Client.CompletionKind.Variable => Editing.CompletionKind.Variable,
        _ => Editing.CompletionKind.Other,
    };
}
