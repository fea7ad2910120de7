using System.Globalization;
using RemoteShell.Keys;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>Checks the proof that a key of ssh stands behind a client's key of TLS. What the key may do is decided elsewhere.</summary>
/// <param name="server">The server's key, for which a proof must be made.</param>
/// <param name="clock">The server's clock.</param>
internal sealed class ProofCheck(PublicKey server, TimeProvider clock)
{
    /// <summary>Checks a proof.</summary>
    /// <param name="proof">What the client has sent.</param>
    /// <param name="client">The key of TLS that the client has proved to own.</param>
    /// <exception cref="ProofException">The proof is not valid.</exception>
    public VouchedKey Check(HelloProof proof, PublicKey client)
    {
        DateTimeOffset now = clock.GetUtcNow(), signed = DateTimeOffset.FromUnixTimeMilliseconds(proof.Time);
        try
        {
            var signature = SshSignature.Parse(proof.Signature.Span);
            (PublicKey key, SshCertificate? certificate) = KeyOf(signature);
            byte[] message = KeyProof.Message(server, client, proof.Time);
            if (signature.Verify(key, message, KeyProof.Namespace) is not { } presence)
                throw new ProofException($"the proof of the key {key.Fingerprint} is not signed for this server and this client");
            if ((now - signed).Duration() > KeyProof.LongestAge)
            {
                throw new ProofException(string.Create(
                    CultureInfo.InvariantCulture, $"the proof was made at {signed:HH:mm:ss} UTC, and it is {now:HH:mm:ss} UTC here"))
                {
                    Hint = "set the clocks of both machines, and try again",
                };
            }

            if (!presence.IsTouched)
                throw new ProofException($"the authenticator of the key {key.Fingerprint} was not touched");
            return new(key, certificate, presence);
        }
        catch (FormatException e)
        {
            throw new ProofException($"the proof is not valid: {e.Message}");
        }
    }

    private static (PublicKey Key, SshCertificate? Certificate) KeyOf(SshSignature signature)
    {
        ReadOnlySpan<byte> blob = signature.KeyBlob.Span;
        if (!SshCertificate.IsCertificate(blob))
            return (PublicKey.FromBlob(blob), null);
        SshCertificate certificate = SshCertificate.Parse(blob);
        return (certificate.Key, certificate);
    }
}
