using RemoteShell.Protocol.Keys;

namespace RemoteShell.Keys;

/// <summary>The keys of an ssh-agent, for a server that picks one.</summary>
/// <param name="agent">The agent.</param>
public sealed class KeyRing(SshAgent agent)
{
    // As many as a client may name to a server.
    private const int MaxKeys = 16;

    /// <summary>The keys of the agent that this product can use, at most 16.</summary>
    /// <remarks>
    /// Those of FIDO authenticators come last, since each needs a touch. Certificates that are not valid now or not for users are left out.
    /// </remarks>
    /// <exception cref="KeySignerException">The agent cannot be reached.</exception>
    public async Task<IReadOnlyList<KeySigner>> ListAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AgentKey> keys = await agent.ListAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return
        [
            .. keys.Select(key => new AgentSigner(agent, key))
                .Where(signer => signer.Key is not null)
                .Where(signer => signer.Certificate is not { } shown || (shown.Kind == CertificateKind.User && shown.IsValidAt(now)))
                .OrderBy(signer => KeyType.IsHardware(signer.Key!.Type))
                .Take(MaxKeys),
        ];
    }
}
