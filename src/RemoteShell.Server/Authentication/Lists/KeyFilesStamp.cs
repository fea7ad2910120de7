namespace RemoteShell.Server.Authentication.Lists;

/// <summary>What differs once one of the <see cref="KeyFiles"/> has been written or replaced.</summary>
/// <param name="Authorized">The files of the keys that may use the server.</param>
/// <param name="Revoked">The file of the revoked keys; null if none is configured.</param>
internal sealed record KeyFilesStamp(IReadOnlyList<KeyFileStamp> Authorized, KeyFileStamp? Revoked)
{
    public bool Equals(KeyFilesStamp? other)
        => other is not null && Revoked == other.Revoked && Authorized.SequenceEqual(other.Authorized);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (KeyFileStamp file in Authorized)
            hash.Add(file);
        hash.Add(Revoked);
        return hash.ToHashCode();
    }
}
