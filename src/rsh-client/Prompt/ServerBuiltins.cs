namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The lines of a prompt that the server answers without a shell, so that their quotes and parentheses mean nothing.</summary>
internal static class ServerBuiltins
{
    private static readonly string[] WithText = ["calc", "upper"];

    /// <summary>Whether the rest of the line is text for a built-in of the server.</summary>
    public static bool Take(string line)
        => line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries) is [var first, ..] && WithText.Contains(first);
}
