namespace RemoteShell.Client.Trust;

/// <summary>How a line of known_hosts names a host.</summary>
internal enum LineForm
{
    /// <summary>By its name.</summary>
    Name,

    /// <summary>By a hash of its name.</summary>
    Hash,

    /// <summary>By a pattern.</summary>
    Pattern,
}
