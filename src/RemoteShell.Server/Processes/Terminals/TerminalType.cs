namespace RemoteShell.Server.Processes.Terminals;

/// <summary>Whether this system describes a type of terminal (terminfo), so that programs can use it as the variable TERM.</summary>
internal static class TerminalType
{
    /// <summary>The type in the place of one that is not described: what the terminals of today resemble.</summary>
    public const string Fallback = "xterm-256color";

    // Where ncurses of the usual systems looks.
    private static readonly string[] Folders =
    [
        "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo", "/usr/local/share/terminfo",
    ];

    /// <summary>Whether programs would not know the type, but would know <see cref="Fallback"/>.</summary>
    /// <param name="type">The type: printable ASCII.</param>
    /// <param name="home">The user's home, which may have descriptions too.</param>
    /// <param name="environment">Variables of the command, for TERMINFO and TERMINFO_DIRS.</param>
    public static bool IsUnknown(string type, string home, IReadOnlyDictionary<string, string> environment)
    {
        string[] folders =
        [
            environment.GetValueOrDefault("TERMINFO", ""),
            Path.Combine(home, ".terminfo"),
            .. environment.GetValueOrDefault("TERMINFO_DIRS", "").Split(':'),
            .. Folders,
        ];
        return type != "dumb" && !IsDescribed(type, folders) && IsDescribed(Fallback, folders);
    }

    // A folder for each first character, by the character itself or by its code in hex.
    private static bool IsDescribed(string type, string[] folders)
        => !type.Contains('/', StringComparison.Ordinal)
            && folders.Any(folder => folder.StartsWith('/')
                && (File.Exists(Path.Combine(folder, type[..1], type)) || File.Exists(Path.Combine(folder, $"{(int)type[0]:x2}", type))));
}
