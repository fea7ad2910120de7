namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The value of EscapeChar: a character, <c>^</c> and a letter for a control character, or none.</summary>
internal static class SshEscape
{
    private const char Usual = '~';

    // Of the code of a letter, those that its control character has.
    private const int ControlBits = 0x1F;

    /// <summary>The character that begins an escape; null: none does.</summary>
    /// <exception cref="FormatException">The value is not one.</exception>
    public static char? CharacterOf(SshSettings settings) => settings.Find(SshKeys.EscapeChar) switch
    {
        null => Usual,
        "none" => null,
        [var only] when char.IsAscii(only) => only,
        ['^', var letter] when letter is >= '@' and <= 'z' => (char)(letter & ControlBits),
        var other => throw new FormatException($"-e takes a character, ^ and a letter, or none, not '{other}'"),
    };
}
