using System.Text.Json;

namespace RemoteShell.Server.Admin;

/// <summary>A server at one moment, for whoever runs it.</summary>
public sealed record ServerStatus
{
    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>Its process.</summary>
    public required int Process { get; init; }

    /// <summary>The user that commands run as.</summary>
    public required string User { get; init; }

    /// <summary>Since when it serves.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Where it listens.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The fingerprint of its key.</summary>
    public required string HostKey { get; init; }

    /// <summary>Whether it is about to end, and takes nothing new.</summary>
    public bool Stopping { get; init; }

    /// <summary>Bytes of memory that the system counts for it.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Bytes of them that hold objects.</summary>
    public long ManagedBytes { get; init; }

    /// <summary>Who is connected, the oldest first.</summary>
    public required IReadOnlyList<ConnectionStatus> Connections { get; init; }

    /// <summary>The jobs that run, the oldest first.</summary>
    public required IReadOnlyList<JobStatus> Jobs { get; init; }

    /// <summary>As one JSON object; docs/json.md tells the fields.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AdminJson.Readable.ServerStatus);
}

/// <summary>One connection.</summary>
public sealed record ConnectionStatus
{
    /// <summary>Its number at this server, by which it can be disconnected.</summary>
    public required long Id { get; init; }

    /// <summary>The name that its key carries; empty where it carries none.</summary>
    public required string Name { get; init; }

    /// <summary>Its key's fingerprint.</summary>
    public required string Key { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string From { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Milliseconds since something last flowed.</summary>
    public long IdleMs { get; init; }

    /// <summary>What it does, in words.</summary>
    public required IReadOnlyList<string> Doing { get; init; }
}

/// <summary>One job that runs.</summary>
public sealed record JobStatus
{
    /// <summary>Its id.</summary>
    public required string Job { get; init; }

    /// <summary>The fingerprint of its owner's key.</summary>
    public required string Key { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether it lives without a client and without the server.</summary>
    public bool Detached { get; init; }

    /// <summary>How many clients are there for it.</summary>
    public int Attached { get; init; }

    /// <summary>The command as people know it.</summary>
    public required string Command { get; init; }
}
