namespace RemoteShell.Client.Trust;

/// <summary>What a line of known_hosts says about its key.</summary>
internal enum HostMarker
{
    /// <summary>It is the key of a server.</summary>
    None,

    /// <summary>It signs the certificates of servers.</summary>
    Authority,

    /// <summary>It must not be accepted.</summary>
    Revoked,
}
