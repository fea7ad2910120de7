using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>How the client checks the server's key.</summary>
/// <remarks>
/// It always refuses a key that is revoked, and one that differs from the known one, unless a known authority has certified it.
/// </remarks>
public sealed record HostTrust
{
    /// <summary>The only accepted fingerprint, <c>SHA256:…</c>; of the known hosts only revoked keys count then. Default: none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether the key with <see cref="Fingerprint"/> is stored in the known hosts. Default: no.</summary>
    /// <remarks>If the known hosts have another key of the server, it is refused.</remarks>
    public bool StoresFingerprint { get; init; }

    /// <summary>Whether the client accepts and stores the key of an unknown server. Default: no.</summary>
    public bool AcceptNew { get; init; }

    /// <summary>Called with the key of an unknown server; true accepts and stores it. Default: the client refuses it.</summary>
    public Func<HostAddress, PublicKey, CancellationToken, ValueTask<bool>>? Ask { get; init; }

    /// <summary>Further files of known keys, which are only read. Default: none.</summary>
    public IReadOnlyList<string> FurtherFiles { get; init; } = [];

    /// <summary>The name under which the server's key is known, with its port, or certified. Default: the host's own.</summary>
    public string? KnownAs { get; init; }

    /// <summary>Called when a newly accepted key cannot be stored. The client goes on, and does not know the key the next time.</summary>
    /// <remarks>It must not block. Default: the client refuses the key, with the exception that it got.</remarks>
    public Action<Exception>? NotStored { get; init; }
}
