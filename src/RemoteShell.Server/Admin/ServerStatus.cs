using System.Text.Json;

namespace RemoteShell.Server.Admin;

/// <summary>The state of a server, for its administrator.</summary>
public sealed record ServerStatus
{
    /// <summary>The version of the server library.</summary>
    public required string Version { get; init; }

    /// <summary>The process id.</summary>
    public required int Process { get; init; }

    /// <summary>The user that commands run as.</summary>
    public required string User { get; init; }

    /// <summary>When the server started.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The addresses on which the server listens.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The fingerprint of the host key.</summary>
    public required string HostKey { get; init; }

    /// <summary>The fingerprint of the host key that will replace it; null: none is planned.</summary>
    public string? NextHostKey { get; init; }

    /// <summary>When the server begins to use that key.</summary>
    public DateTimeOffset? NextHostKeyFrom { get; init; }

    /// <summary>The file of the revoked keys; null: there is none.</summary>
    public string? RevokedKeysFile { get; init; }

    /// <summary>What becomes of the jobs of a key that is revoked: <c>kill</c> or <c>keep</c>.</summary>
    public string? OnRevoke { get; init; }

    /// <summary>The folder of recordings.</summary>
    public string? RecordFolder { get; init; }

    /// <summary>Whether the server is stopping and accepts no requests.</summary>
    public bool Stopping { get; init; }

    /// <summary>Bytes of memory that the process uses.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Bytes of that memory that .NET objects use.</summary>
    public long ManagedBytes { get; init; }

    /// <summary>Bytes of frames received since the server started.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Bytes of frames sent since the server started.</summary>
    public long SentBytes { get; init; }

    /// <summary>The connections, the oldest first.</summary>
    public required IReadOnlyList<ConnectionStatus> Connections { get; init; }

    /// <summary>The running jobs, the oldest first.</summary>
    public required IReadOnlyList<JobStatus> Jobs { get; init; }

    /// <summary>The addresses that are refused, those with the longest penalty first, at most 1000.</summary>
    public IReadOnlyList<PenaltyStatus> Penalties { get; init; } = [];

    /// <summary>Returns the status as one JSON object; docs/json.md describes the fields.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AdminJson.Readable.ServerStatus);
}
