using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>How a server's key is judged. A key that differs from the known one is always refused.</summary>
public sealed record HostTrust
{
    /// <summary>The only fingerprint that is taken, <c>SHA256:…</c>; known hosts are not asked then. Default: none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether the key of a server that was never seen before is taken and kept. Default: no.</summary>
    public bool AcceptNew { get; init; }

    /// <summary>Asked about the key of a server that was never seen before; true takes and keeps it. Default: refused without asking.</summary>
    public Func<HostAddress, PublicKey, CancellationToken, ValueTask<bool>>? Ask { get; init; }
}
