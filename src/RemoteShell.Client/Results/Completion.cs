namespace RemoteShell.Client;

/// <summary>A completion of a word.</summary>
/// <param name="Text">The whole word.</param>
/// <param name="Kind">What it names.</param>
public sealed record Completion(string Text, CompletionKind Kind)
{
    /// <summary>
    /// The text of an alias, the path of a program, the value of a variable, the home of a user, or what a built-in of the server does;
    /// null if there is none.
    /// </summary>
    /// <remarks>
    /// At most about 80 characters; of a variable whose whole name was asked for, 4096. It is a text of the server: show it with care.
    /// </remarks>
    public string? Description { get; init; }

    /// <summary>Reads a line of the server: a letter, a blank, the word, and maybe NUL and a description.</summary>
    internal static Completion Parse(string line)
    {
        int end = line.IndexOf('\0', StringComparison.Ordinal);
        string? description = end < 0 || end == line.Length - 1 ? null : line[(end + 1)..];
        if (end >= 0)
            line = line[..end];
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
            'u' => CompletionKind.User,
            _ => CompletionKind.Other,
        };
        return new(line.Length > 2 && line[1] == ' ' ? line[2..] : line, kind) { Description = description };
    }
}
