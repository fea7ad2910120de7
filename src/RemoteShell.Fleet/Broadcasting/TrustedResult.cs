using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Fleet;

/// <summary>A result whose signer is trusted for the host. <see cref="BroadcastRunner.TrustAsync"/> makes it.</summary>
public sealed class TrustedResult
{
    internal TrustedResult(BroadcastResult result) => Result = result;

    /// <summary>The result.</summary>
    public BroadcastResult Result { get; }
}
