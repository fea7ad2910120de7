using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace RemoteShell.Protocol.Transport;

/// <summary>A TLS 1.3 stream, and the key that the peer has proved to own. The caller decides what the key may do.</summary>
public sealed class SecureStream : IAsyncDisposable
{
    /// <summary>The protocol's name in ALPN.</summary>
    public const string AlpnName = "rsh/1";

    private SecureStream(SslStream stream, PublicKey? peer, ReadOnlyMemory<byte>? hostCertificate)
        => (Stream, Peer, HostCertificate) = (stream, peer, hostCertificate);

    /// <summary>The encrypted stream. Writes are buffered until a flush.</summary>
    public Stream Stream { get; }

    /// <summary>The peer's key. Null if it sent none, or one of another kind.</summary>
    public PublicKey? Peer { get; }

    /// <summary>The blob that the peer shows as a certificate of OpenSSH for its key. Nothing of it is verified. Null: none.</summary>
    public ReadOnlyMemory<byte>? HostCertificate { get; }

    /// <summary>Whether both sides agreed on this protocol by ALPN.</summary>
    public bool HasNegotiatedProtocol => ((SslStream)Stream).NegotiatedApplicationProtocol == Protocol;

    private static SslApplicationProtocol Protocol { get; } = new(AlpnName);

    // All ciphers of TLS 1.3, but not in OpenSSL's order: AES-128 is a quarter faster than AES-256, and as strong as P-256. On Windows the
    // system chooses the order.
    private static CipherSuitesPolicy? Ciphers { get; } = OperatingSystem.IsWindows() ? null : new(
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ]);

    /// <summary>Performs the handshake as the client. Disposes the stream if that fails.</summary>
    /// <exception cref="TransportException">The server does not speak TLS 1.3 with this protocol's ALPN name.</exception>
    public static Task<SecureStream> ConnectAsync(Stream stream, Identity identity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var options = new SslClientAuthenticationOptions
        {
            // The server is identified by its key, not by a name. With an empty name no SNI is sent.
            TargetHost = "",
            ApplicationProtocols = [Protocol],
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = identity.CertificateContext,
            RemoteCertificateValidationCallback = AcceptAnyCertificate,
            CertificateChainPolicy = NoChain(),
            CipherSuitesPolicy = Ciphers,
        };
        return HandshakeAsync(stream, tls => tls.AuthenticateAsClientAsync(options, cancellationToken));
    }

    /// <summary>Performs the handshake as the server. Disposes the stream if that fails.</summary>
    /// <exception cref="TransportException">The client does not speak TLS 1.3, or offers other protocols only.</exception>
    public static Task<SecureStream> AcceptAsync(Stream stream, Identity identity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.CertificateContext,
            ApplicationProtocols = [Protocol],
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = AcceptAnyCertificate,
            CertificateChainPolicy = NoChain(),
            CipherSuitesPolicy = Ciphers,
            // A session ticket would outlive the key's removal from authorized_keys. It also costs memory per connection.
            AllowTlsResume = false,
        };
        return HandshakeAsync(stream, tls => tls.AuthenticateAsServerAsync(options, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    // TLS proves that the peer owns the certificate's key. The caller checks later whether it accepts the key, and can then send an error.
    private static bool AcceptAnyCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    // Every certificate is self-signed, so no store and no download is needed.
    private static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        DisableCertificateDownloads = true,
    };

    private static async Task<SecureStream> HandshakeAsync(Stream stream, Func<SslStream, Task> handshake)
    {
        var coalescing = new CoalescingStream(stream);
        var tls = new SslStream(coalescing, leaveInnerStreamOpen: false);
        try
        {
            await handshake(tls).ConfigureAwait(false);
            PublicKey? peer = null;
            ReadOnlyMemory<byte>? shown = null;
            if (tls.RemoteCertificate is { } certificate)
            {
                using var full = new X509Certificate2(certificate);
                peer = PublicKey.FromCertificate(full);
                shown = HostCertificateExtension.Read(full);
            }

            coalescing.IsBuffering = true;
            return new(tls, peer, shown);
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
