namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The lines of a prompt that the server answers without a shell.</summary>
internal static class ServerBuiltins
{
    private const string Help = "help";

    private static readonly string[] WithText = ["calc", "upper"], All = [.. WithText, "time", "who", Help];

    /// <summary>Whether the rest of the line is text for a built-in, so that its quotes and parentheses mean nothing.</summary>
    public static bool Take(string line) => FirstWord(line) is { } first && WithText.Contains(first);

    /// <summary>The built-in of the server that the first word names; null: it names none.</summary>
    public static string? NameOf(string line) => FirstWord(line) is { } first && All.Contains(first) ? first : null;

    /// <summary>Whether the line asks for the help of a command that is not the server's, in a shell that has such help.</summary>
    public static bool AsksShellForHelp(string line, string shell)
    {
        string[] words = line.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words is [Help, var asked, ..] && Path.GetFileName(shell) == "bash" && !All.Contains(asked);
    }

    /// <summary>The same line, so that the server passes it to the shell: it looks for a built-in in the first row only.</summary>
    public static string ToShell(string line) => $"\n{line}";

    private static string? FirstWord(string line)
        => line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first : null;
}
