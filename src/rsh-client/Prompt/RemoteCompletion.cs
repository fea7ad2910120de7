using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Completes the word at the cursor with the help of the server.</summary>
internal sealed class RemoteCompletion(RemoteShellClient client, Func<string?> folder) : ICompletionSource
{
    // What ends a word, and what comes before a command.
    private const string Separators = " \t\n;|&<>()", CommandStarts = ";|&(\n";

    public async ValueTask<CompletionList> CompleteAsync(string text, int cursor, CancellationToken cancellationToken)
    {
        int start = StartOfWord(text, cursor);
        string word = text[start..cursor], before = text[..start].TrimEnd(' ', '\t');
        bool isCommand = before.Length == 0 || CommandStarts.Contains(before[^1], StringComparison.Ordinal);
        bool isRun = isCommand && word.StartsWith('!');
        string wanted = Unescape(isRun ? word[1..] : word);
        IReadOnlyList<string> found;
        try
        {
            found = await client.CompleteAsync(wanted, isCommand, folder(), cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or RemoteShellException)
        {
            found = [];
        }

        IEnumerable<CompletionItem> local = LocalCommands.Names
            .Where(name => isCommand && !isRun && name.StartsWith(word, StringComparison.Ordinal))
            .Select(name => ItemOf(name, CompletionKind.Builtin));
        // A name with control characters cannot be shown as it is.
        IEnumerable<CompletionItem> remote = found.Where(name => UserMessages.Line(name) == name)
            .Select(name => ItemOf(name, isCommand ? CompletionKind.Command : CompletionKind.File));
        int from = isRun ? start + 1 : start;
        return new(from, cursor - from, [.. local.Concat(remote).DistinctBy(item => item.Text)]);
    }

    private static CompletionItem ItemOf(string name, CompletionKind kind)
    {
        bool isFolder = name.EndsWith('/');
        string path = name.TrimEnd('/');
        string shown = path[(path.LastIndexOf('/') + 1)..];
        return new(Escape(name), isFolder ? $"{shown}/" : shown, isFolder ? CompletionKind.Folder : kind, null);
    }

    private static int StartOfWord(string text, int cursor)
    {
        int start = cursor;
        while (start > 0 && (!Separators.Contains(text[start - 1], StringComparison.Ordinal) || (start > 1 && text[start - 2] == '\\')))
            start--;
        return start;
    }

    private static string Unescape(string word) => word.Replace("\\", "", StringComparison.Ordinal);

    // Puts a backslash before each character that has a meaning in a shell.
    private static string Escape(string word)
    {
        const string special = " \t'\"\\$&;|<>()*?[]#!`{}";
        return string.Concat(word.Select(c => special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));
    }
}
