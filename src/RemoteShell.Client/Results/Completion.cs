namespace RemoteShell.Client;

/// <summary>A completion of a word.</summary>
/// <param name="Text">The whole word.</param>
/// <param name="Kind">What it names.</param>
public sealed record Completion(string Text, CompletionKind Kind)
{
    /// <summary>Reads a line of the server: a letter, a blank, and the word.</summary>
    internal static Completion Parse(string line)
    {
        CompletionKind kind = line.Length < 2 || line[1] != ' ' ? CompletionKind.Other : line[0] switch
        {
            'f' => CompletionKind.File,
            'd' => CompletionKind.Folder,
            'p' => CompletionKind.Program,
            'b' => CompletionKind.Builtin,
            'F' => CompletionKind.Function,
            'a' => CompletionKind.Alias,
            'k' => CompletionKind.Keyword,
            'v' => CompletionKind.Variable,
            _ => CompletionKind.Other,
        };
        return new(line.Length > 2 && line[1] == ' ' ? line[2..] : line, kind);
    }
}
