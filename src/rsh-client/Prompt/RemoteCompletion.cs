using RadLine;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>How the word under the cursor may go on, as far as the server says so in time.</summary>
internal sealed class RemoteCompletion(RemoteShellClient client, Func<string?> folder) : ITextCompletion
{
    // Whoever waits longer for a completion types the word.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private (string Key, long At, IReadOnlyList<string> Words) _last = ("", 0, []);

    public IEnumerable<string>? GetCompletions(string prefix, string word, string suffix)
    {
        string start = prefix.TrimStart();
        bool isCommand = start.Length == 0 || start[^1] is ';' or '|' or '&' || start.TrimEnd() is [.., ';' or '|' or '&'];
        string text = word;
        // A word that was completed just now is asked about as it was before, so that Tab goes on to the next.
        if (_last.Words.Contains(word) && _last.Key.StartsWith($"{prefix}\0", StringComparison.Ordinal) && Age < Fresh)
            return _last.Words;
        string key = $"{prefix}\0{text}\0{folder()}";
        if (_last.Key != key || Age >= Fresh)
            _last = (key, Environment.TickCount64, Ask(text, isCommand));
        return _last.Words;
    }

    private TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _last.At);

    private IReadOnlyList<string> Ask(string text, bool isCommand)
    {
        using var time = new CancellationTokenSource(Longest);
        try
        {
            bool isRun = isCommand && text.StartsWith('!');
            Task<IReadOnlyList<string>> asking = client.CompleteAsync(Unescape(isRun ? text[1..] : text), isCommand, folder(), time.Token);
            // The editor asks on its own thread, and waits.
            if (!asking.Wait(Longest))
                return [];
            IEnumerable<string> words = asking.Result.Select(Escape);
            return isCommand
                ? [.. LocalCommands.Names.Where(name => !isRun && name.StartsWith(text, StringComparison.Ordinal)).Concat(words.Select(word => isRun ? $"!{word}" : word)).Distinct()]
                : [.. words];
        }
        catch (Exception e) when (e is AggregateException or OperationCanceledException or RemoteShellException)
        {
            return [];
        }
    }

    private static string Unescape(string word) => word.Replace("\\", "", StringComparison.Ordinal);

    // As a shell wants a name written that holds its own characters.
    private static string Escape(string word)
        => string.Concat(word.Select(c => " \t'\"\\$&;|<>()*?[]#!`{}".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));
}
