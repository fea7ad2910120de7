namespace RemoteShell.Files.Matching;

/// <summary>What a step of a pattern matches.</summary>
internal enum StepKind
{
    /// <summary>One certain symbol.</summary>
    Literal,

    /// <summary>Any symbol but a slash.</summary>
    Any,

    /// <summary>A symbol of a set, but never a slash.</summary>
    Set,

    /// <summary>Any number of symbols but slashes.</summary>
    Star,

    /// <summary>Any number of symbols, also slashes.</summary>
    Everything,

    /// <summary>Zero or more whole folders, each with the slash after it.</summary>
    Folders,

    /// <summary>Nothing matches.</summary>
    Never,
}
