using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server;

/// <summary>What <see cref="HostKeyRotation"/> has done.</summary>
public sealed record HostKeyPlan
{
    /// <summary>The key that is replaced.</summary>
    public required PublicKey Former { get; init; }

    /// <summary>The key that replaces it.</summary>
    public required PublicKey Next { get; init; }

    /// <summary>When it does.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Whether the key had been planned before, so that clients may know it.</summary>
    public required bool WasPlanned { get; init; }

    /// <summary>How many invitations could still be used then, and cannot with another host key.</summary>
    public required int EndedInvitations { get; init; }

    /// <summary>Whether a running server has taken the plan. If not, the next start does.</summary>
    public required bool IsServerRunning { get; init; }
}
