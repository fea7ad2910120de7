using RemoteShell.Keys;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>A key whose user needs a while for the passphrase or the touch.</summary>
/// <param name="signer">The key.</param>
/// <param name="time">How long.</param>
internal sealed class SlowSigner(KeySigner signer, TimeSpan time) : KeySigner
{
    public override string Name => signer.Name;

    public override string? Fingerprint => signer.Fingerprint;

    public override async Task<SshSignature> SignAsync(ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        await Task.Delay(time, cancellationToken);
        return await signer.SignAsync(message, purpose, cancellationToken);
    }
}
