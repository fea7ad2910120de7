namespace RemoteShell.Server.Logging;

/// <summary>Makes text of a client safe for the log: it cannot start a line, move the cursor of a terminal, or fill the disk.</summary>
internal static class LogSanitizer
{
    // Characters.
    private const int MaxLength = 1024;

    /// <summary>Escapes control characters, and cuts text off after 1024 characters.</summary>
    public static string Of(string text)
    {
        string shown = text.Length <= MaxLength ? text : $"{text[..MaxLength]}… ({text.Length} characters)";
        if (!shown.Any(char.IsControl))
            return shown;
        return string.Concat(shown.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
    }
}
