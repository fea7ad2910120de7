namespace RemoteShell.Server.Logging;

/// <summary>Text of a peer's, for the log: it can neither begin a line of its own, nor move a terminal's cursor, nor fill the disk.</summary>
internal static class LogSanitizer
{
    private const int MaxLength = 1024;

    public static string Of(string text)
    {
        string shown = text.Length <= MaxLength ? text : $"{text[..MaxLength]}… ({text.Length} characters)";
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString())) : shown;
    }
}
