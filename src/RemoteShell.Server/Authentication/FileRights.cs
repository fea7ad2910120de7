namespace RemoteShell.Server.Authentication;

/// <summary>What the options of a key allow with files.</summary>
internal sealed record FileRights
{
    /// <summary>Whether files and lists may be read.</summary>
    public bool MayRead { get; init; } = true;

    /// <summary>Whether files may be written, renamed and deleted.</summary>
    public bool MayWrite { get; init; } = true;

    /// <summary>The folder beyond which nothing may be reached or told to exist; null: none.</summary>
    public string? Root { get; init; }
}
