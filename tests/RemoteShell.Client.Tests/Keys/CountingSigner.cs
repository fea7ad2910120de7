using RemoteShell.Keys;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>Counts how often a key signs.</summary>
/// <param name="signer">The key.</param>
internal sealed class CountingSigner(KeySigner signer) : KeySigner
{
    private int _count;

    public int Count => _count;

    public override string Name => signer.Name;

    public override string? Fingerprint => signer.Fingerprint;

    public override Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return signer.SignAsync(message, purpose, cancellationToken);
    }
}
