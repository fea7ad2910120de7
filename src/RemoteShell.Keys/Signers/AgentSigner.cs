namespace RemoteShell.Keys;

/// <summary>Signs with a key of an ssh-agent.</summary>
/// <param name="agent">The agent.</param>
/// <param name="key">Its key.</param>
public sealed class AgentSigner(SshAgent agent, AgentKey key) : KeySigner
{
    /// <inheritdoc/>
    public override string Name => key.Comment;

    /// <inheritdoc/>
    public override string? Fingerprint => KeyBlob.FingerprintOf(key.Blob.Span);

    /// <inheritdoc/>
    public override Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
        => agent.SignAsync(key, message, purpose, cancellationToken);
}
