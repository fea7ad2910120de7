namespace RemoteShell.Cli.Client.Terminals;

/// <summary>What a terminal has sent.</summary>
internal enum KeyKind
{
    /// <summary>A character, or a key that is one: Enter, Escape, a letter with Ctrl.</summary>
    Character,

    /// <summary>Another key, such as an arrow, or a character with Alt.</summary>
    Other,

    /// <summary>No key: a report of the terminal, a key that was released, a modifier alone.</summary>
    Report,
}
