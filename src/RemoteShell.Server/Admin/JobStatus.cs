namespace RemoteShell.Server.Admin;

/// <summary>A running job in a <see cref="ServerStatus"/>.</summary>
public sealed record JobStatus
{
    /// <summary>The id.</summary>
    public required string Job { get; init; }

    /// <summary>The fingerprint of the owner's key.</summary>
    public required string Key { get; init; }

    /// <summary>When the job started.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether the job is detached: it runs without a client and without the server.</summary>
    public bool Detached { get; init; }

    /// <summary>How many clients are attached.</summary>
    public int Attached { get; init; }

    /// <summary>The command, for people.</summary>
    public required string Command { get; init; }
}
