using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>What a list of completions shows beside a name.</summary>
internal static class CompletionDescription
{
    // In characters. The value of a variable whose whole name is typed is longer.
    private const int MaxLength = 82;

    /// <summary>The description of a name; null if there is none.</summary>
    public static string? Of(Completion name)
    {
        string? told = name.Description is { Length: > 0 } text ? UserMessages.OneLine(Cut(text)) : null;
        return name.Kind switch
        {
            CompletionKind.Alias => told is null ? "alias" : $"alias for {told}",
            CompletionKind.Function => told ?? "function",
            CompletionKind.Builtin => told ?? "built-in",
            CompletionKind.Keyword => told ?? "reserved word",
            _ => told,
        };
    }

    private static string Cut(string text)
    {
        if (text.Length <= MaxLength)
            return text;
        int end = char.IsHighSurrogate(text[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return $"{text[..end]}…";
    }
}
