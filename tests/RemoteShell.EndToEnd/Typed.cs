namespace RemoteShell.EndToEnd;

/// <summary>Lines that a test types into a terminal.</summary>
internal static class Typed
{
    /// <summary>A shell line that prints the text.</summary>
    /// <remarks>Quotes split the text, so that the terminal's echo of the line does not contain it.</remarks>
    public static string Echo(string text) => $"echo {text[0]}''{text[1..]}";
}
