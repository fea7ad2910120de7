namespace RemoteShell.Files.Matching;

/// <summary>Whether a set contains what it lists, or all others.</summary>
internal enum SetSense
{
    /// <summary>The symbols that are listed.</summary>
    Listed,

    /// <summary>All symbols that are not listed.</summary>
    Others,
}
