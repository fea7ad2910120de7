using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace RemoteShell.Protocol.Transport;

/// <summary>A TLS 1.3 byte stream with the key that the other side proved to hold. What that key may do is for others to decide.</summary>
public sealed class SecureStream : IAsyncDisposable
{
    /// <summary>The protocol's name in ALPN.</summary>
    public const string AlpnName = "rsh/1";

    private SecureStream(SslStream stream, PublicKey? peer) => (Stream, Peer) = (stream, peer);

    /// <summary>The encrypted stream. What is written waits until it is flushed.</summary>
    public Stream Stream { get; }

    /// <summary>The other side's key; null where it showed none, or one of another kind.</summary>
    public PublicKey? Peer { get; }

    /// <summary>Whether both sides agreed to speak this protocol.</summary>
    public bool SpeaksRsh => ((SslStream)Stream).NegotiatedApplicationProtocol == Protocol;

    private static SslApplicationProtocol Protocol { get; } = new(AlpnName);

    // All that TLS 1.3 has, in another order than OpenSSL's: AES with 128 bits is a quarter faster, and as strong as P-256. Windows has its own order.
    private static CipherSuitesPolicy? Ciphers { get; } = OperatingSystem.IsWindows() ? null : new(
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ]);

    /// <summary>Shakes hands as the client. The stream is disposed of where that fails.</summary>
    /// <exception cref="TransportException">There is no TLS 1.3 with this protocol's name at the other side.</exception>
    public static Task<SecureStream> ConnectAsync(Stream stream, Identity identity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var options = new SslClientAuthenticationOptions
        {
            // Never shown to anybody: whoever answers is known by its key. Without a name no SNI is sent.
            TargetHost = "",
            ApplicationProtocols = [Protocol],
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = identity.Shown,
            RemoteCertificateValidationCallback = TakeAny,
            CertificateChainPolicy = NoChain(),
            CipherSuitesPolicy = Ciphers,
        };
        return ShakeHandsAsync(stream, tls => tls.AuthenticateAsClientAsync(options, cancellationToken));
    }

    /// <summary>Shakes hands as the server. The stream is disposed of where that fails.</summary>
    /// <exception cref="TransportException">The other side does not speak TLS 1.3, or offers other protocols only.</exception>
    public static Task<SecureStream> AcceptAsync(Stream stream, Identity identity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.Shown,
            ApplicationProtocols = [Protocol],
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = TakeAny,
            CertificateChainPolicy = NoChain(),
            CipherSuitesPolicy = Ciphers,
            // A ticket would outlive the key's removal from authorized_keys, and holds memory for each connection.
            AllowTlsResume = false,
        };
        return ShakeHandsAsync(stream, tls => tls.AuthenticateAsServerAsync(options, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    // TLS proves that the peer holds the key of its certificate; whether the key is welcome is asked afterwards, where it can be said in words.
    private static bool TakeAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    // Every certificate is self-signed, so there is no store to load and nothing to download.
    private static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        DisableCertificateDownloads = true,
    };

    private static async Task<SecureStream> ShakeHandsAsync(Stream stream, Func<SslStream, Task> shake)
    {
        var coalescing = new CoalescingStream(stream);
        var tls = new SslStream(coalescing, leaveInnerStreamOpen: false);
        try
        {
            await shake(tls).ConfigureAwait(false);
            PublicKey? peer = null;
            if (tls.RemoteCertificate is { } certificate)
            {
                using var full = new X509Certificate2(certificate);
                peer = PublicKey.FromCertificate(full);
            }

            coalescing.IsHolding = true;
            return new(tls, peer);
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (e is AuthenticationException or IOException)
                throw new TransportException($"the TLS handshake failed: {(e.InnerException ?? e).Message}", e);
            throw;
        }
    }
}
