using RemoteShell.Protocol.Keys;

namespace RemoteShell.Keys;

/// <summary>The keys of an ssh-agent, to try one after the other.</summary>
/// <param name="agent">The agent.</param>
public sealed class KeyRing(SshAgent agent)
{
    // As MaxAuthTries of sshd: a server counts refused keys against the client.
    private const int MaxKeys = 6;

    /// <summary>The keys of the agent that this product can use, at most 6.</summary>
    /// <remarks>Those of FIDO authenticators come last, since each needs a touch.</remarks>
    /// <exception cref="KeySignerException">The agent cannot be reached.</exception>
    public async Task<IReadOnlyList<KeySigner>> ListAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AgentKey> keys = await agent.ListAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. keys.Where(IsUsable)
                .OrderBy(key => KeyType.IsHardware(TypeOf(key)))
                .Take(MaxKeys)
                .Select(key => new AgentSigner(agent, key)),
        ];
    }

    private static bool IsUsable(AgentKey key) => SshCertificate.IsCertificate(key.Blob.Span) || TypeOf(key).Length > 0;

    // Empty for a key of another type, and for a certificate.
    private static string TypeOf(AgentKey key)
    {
        try
        {
            return KeyType.Check(key.Blob.Span);
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
