using RemoteShell.Keys;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>Signs another message than it is asked to.</summary>
/// <param name="signer">The key.</param>
internal sealed class WrongSigner(KeySigner signer) : KeySigner
{
    public override string Name => signer.Name;

    public override string? Fingerprint => signer.Fingerprint;

    public override Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
        => signer.SignAsync("another"u8.ToArray(), purpose, cancellationToken);
}
