using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The character of escapes: <c>-e</c>, or EscapeChar.</summary>
internal static class SshEscape
{
    // Of Ctrl and a letter or another character of ASCII.
    private const int ControlMask = 0x1F;

    /// <summary>The character; null: there are no escapes.</summary>
    public static byte? Of(SshSettings settings) => settings.Find(SshKeys.EscapeChar) is { } text ? Parse(text) : Escapes.Tilde;

    /// <summary>Reads a character of ASCII, <c>^</c> and a character, or <c>none</c>.</summary>
    /// <exception cref="FormatException">The text is none of them.</exception>
    public static byte? Parse(string text) => text switch
    {
        "none" => null,
        [var only] when char.IsAscii(only) => (byte)only,
        ['^', >= '@' and <= '\x7F' and var letter] => (byte)(letter & ControlMask),
        _ => throw new FormatException($"'{text}' is not an escape character; write one character, ^ and a letter, or none"),
    };
}
