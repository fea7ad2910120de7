using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>What a list of completions shows beside a name.</summary>
internal static class CompletionDescription
{
    /// <summary>The description of a name; null if there is none.</summary>
    public static string? Of(Completion name)
    {
        string? told = name.Description is { Length: > 0 } text ? UserMessages.OneLine(text) : null;
        return name.Kind switch
        {
            CompletionKind.Alias => told is null ? "alias" : $"alias for {told}",
            CompletionKind.Function => told ?? "function",
            CompletionKind.Builtin => told ?? "built-in",
            CompletionKind.Keyword => told ?? "reserved word",
            _ => told,
        };
    }
}
