using RemoteShell.Keys;

namespace RemoteShell.Client.Keys;

/// <summary>The key of ssh that a client must come with: the chosen one, or one of the agent. It is looked for when it must sign.</summary>
/// <param name="fingerprint">The fingerprint of the key.</param>
/// <param name="options">The chosen key, and those of the agent.</param>
internal sealed class OnlyKey(string fingerprint, ClientOptions options) : KeySigner
{
    /// <inheritdoc/>
    public override string Name => fingerprint;

    /// <inheritdoc/>
    public override string? Fingerprint => fingerprint;

    /// <summary>Whether the server knows the key by a certificate, if at all.</summary>
    public bool IsCertified { get; set; }

    /// <inheritdoc/>
    public override async Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        KeySigner signer = await FindAsync(cancellationToken).ConfigureAwait(false);
        SshSignature signature = await signer.SignAsync(message, purpose, cancellationToken).ConfigureAwait(false);
        return KeyBlob.FingerprintOf(signature.KeyBlob.Span) == fingerprint ? signature : throw Missing($"{signer.Name} is another one");
    }

    private async Task<KeySigner> FindAsync(CancellationToken cancellationToken)
    {
        // A file without its public key beside it shows when it signs.
        if (options.Key is { } chosen && (chosen.Fingerprint ?? fingerprint) == fingerprint)
            return chosen;
        if (options.OtherKeys is not { } ring)
            throw Missing("there is no ssh-agent");
        IReadOnlyList<KeySigner> held = await ListAsync(ring, cancellationToken).ConfigureAwait(false);
        KeySigner[] found = [.. held.Where(key => key.Fingerprint == fingerprint)];
        return (IsCertified ? null : Array.Find(found, key => key.Authority is null))
            ?? Array.Find(found, key => key.Authority is not null)
            ?? throw Missing(found.Length == 0 ? "the ssh-agent does not hold it" : "the ssh-agent holds no certificate of it");
    }

    private async Task<IReadOnlyList<KeySigner>> ListAsync(KeyRing ring, CancellationToken cancellationToken)
    {
        try
        {
            return await ring.ListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KeySignerException e)
        {
            throw Missing(e.Message);
        }
    }

    private KeySignerException Missing(string why) => new($"the key {fingerprint} is needed, and {why}")
    {
        Hint = "give the key to the agent (ssh-add FILE), and try again",
    };
}
