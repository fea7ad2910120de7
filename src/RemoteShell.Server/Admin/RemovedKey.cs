namespace RemoteShell.Server.Admin;

/// <summary>What <see cref="KeyAdministration.Revoke"/> has done.</summary>
public sealed record RemovedKey
{
    /// <summary>The fingerprint of the key.</summary>
    public required string Key { get; init; }

    /// <summary>The text behind the key; empty if there is none.</summary>
    public required string Name { get; init; }

    /// <summary>The lines that were removed.</summary>
    public required IReadOnlyList<ListedKey> Removed { get; init; }

    /// <summary>Whether the key was added to the list of revoked keys.</summary>
    public bool IsAddedToRevoked { get; init; }

    /// <summary>Whether the key is in the list of revoked keys now.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>The lines of authorities whose certificates may admit the key all the same.</summary>
    public required IReadOnlyList<ListedKey> Authorities { get; init; }
}
