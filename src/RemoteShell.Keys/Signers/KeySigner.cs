namespace RemoteShell.Keys;

/// <summary>Signs with a private key that this program does not see.</summary>
public abstract class KeySigner
{
    /// <summary>What the key is called, for people: its file, or its comment.</summary>
    public abstract string Name { get; }

    /// <summary>The fingerprint of the key, if it is known before the key signs.</summary>
    public abstract string? Fingerprint { get; }

    /// <summary>The fingerprint of the authority that has certified the key, if the key comes with a certificate.</summary>
    public virtual string? Authority => null;

    /// <summary>Signs a message. It may ask the user, for a passphrase or a touch.</summary>
    /// <param name="message">The message.</param>
    /// <param name="purpose">The namespace of the signature.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="KeySignerException">The key cannot sign.</exception>
    public abstract Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken);
}
