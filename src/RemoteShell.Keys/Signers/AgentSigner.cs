using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys;

/// <summary>Signs with a key of an ssh-agent.</summary>
/// <param name="agent">The agent.</param>
/// <param name="key">Its key.</param>
public sealed class AgentSigner(SshAgent agent, AgentKey key) : KeySigner
{
    private readonly Lazy<SshCertificate?> _certificate = new(() => CertificateOf(key));

    /// <inheritdoc/>
    public override string Name => key.Comment;

    /// <inheritdoc/>
    public override string? Fingerprint => Key?.Fingerprint;

    /// <inheritdoc/>
    public override string? Authority => _certificate.Value?.Authority.Fingerprint;

    /// <summary>The certificate of the key; null if the agent holds the plain key.</summary>
    internal SshCertificate? Certificate => _certificate.Value;

    /// <summary>The plain key; null if it is none of a supported type.</summary>
    internal PublicKey? Key => _certificate.Value?.Key ?? PlainKeyOf(key);

    /// <inheritdoc/>
    public override Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
        => agent.SignAsync(key, message, purpose, cancellationToken);

    private static SshCertificate? CertificateOf(AgentKey key)
    {
        try
        {
            return SshCertificate.IsCertificate(key.Blob.Span) ? SshCertificate.Parse(key.Blob.Span) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static PublicKey? PlainKeyOf(AgentKey key)
    {
        try
        {
            return PublicKey.FromBlob(key.Blob.Span);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
