using RadLine;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Completes the word at the cursor with the help of the server.</summary>
internal sealed class RemoteCompletion(RemoteShellClient client, Func<string?> folder) : ITextCompletion
{
    // How long to wait for the server, and how long its answer is reused.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(3);

    private (string Key, long At, IReadOnlyList<string> Words) _last = ("", 0, []);

    public IEnumerable<string>? GetCompletions(string prefix, string word, string suffix)
    {
        string start = prefix.TrimStart();
        bool isCommand = start.Length == 0 || start[^1] is ';' or '|' or '&' || start.TrimEnd() is [.., ';' or '|' or '&'];
        string text = word;
        // The word is one of the last completions: return the same list, so that Tab goes on to the next.
        if (_last.Words.Contains(word) && _last.Key.StartsWith($"{prefix}\0", StringComparison.Ordinal) && Age < MaxAge)
            return _last.Words;
        string key = $"{prefix}\0{text}\0{folder()}";
        if (_last.Key != key || Age >= MaxAge)
            _last = (key, Environment.TickCount64, Ask(text, isCommand));
        return _last.Words;
    }

    private TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _last.At);

    private IReadOnlyList<string> Ask(string text, bool isCommand)
    {
        using var time = new CancellationTokenSource(MaxWait);
        try
        {
            bool isRun = isCommand && text.StartsWith('!');
            string wanted = Unescape(isRun ? text[1..] : text);
            Task<IReadOnlyList<string>> asking = client.CompleteAsync(wanted, isCommand, folder(), time.Token);
            // The editor calls this synchronously.
            if (!asking.Wait(MaxWait))
                return [];
            // A name with control characters cannot be shown as it is.
            IEnumerable<string> words = asking.Result.Where(word => UserMessages.Line(word) == word).Select(Escape);
            if (!isCommand)
                return [.. words];
            if (isRun)
                return [.. words.Select(word => $"!{word}").Distinct()];
            IEnumerable<string> local = LocalCommands.Names.Where(name => name.StartsWith(text, StringComparison.Ordinal));
            return [.. local.Concat(words).Distinct()];
        }
        catch (Exception e) when (e is AggregateException or OperationCanceledException or RemoteShellException)
        {
            return [];
        }
    }

    private static string Unescape(string word) => word.Replace("\\", "", StringComparison.Ordinal);

    // Puts a backslash before each character that has a meaning in a shell.
    private static string Escape(string word)
    {
        const string special = " \t'\"\\$&;|<>()*?[]#!`{}";
        return string.Concat(word.Select(c => special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));
    }
}
