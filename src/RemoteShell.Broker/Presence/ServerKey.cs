using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RemoteShell.Protocol.Transport;
using PublicKey = RemoteShell.Protocol.Transport.PublicKey;

namespace RemoteShell.Broker.Presence;

/// <summary>Asks a server for its key.</summary>
public static class ServerKey
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(5);

    /// <summary>The key that the server at an address shows; null if it does not answer.</summary>
    public static async Task<PublicKey?> FindAsync(EndPoint server, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ProtocolType protocol = server.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(Time);
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, protocol);
        try
        {
            await socket.ConnectAsync(server, time.Token).ConfigureAwait(false);
            var tls = new SslStream(new NetworkStream(socket));
            await using (tls.ConfigureAwait(false))
            {
                await tls.AuthenticateAsClientAsync(Options(), time.Token).ConfigureAwait(false);
                return tls.RemoteCertificate is X509Certificate2 certificate ? PublicKey.FromCertificate(certificate) : null;
            }
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // The key is shown to people only; a client compares it with the key that it knows.
    private static SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = "rsh",
        ApplicationProtocols = [new(SecureStream.AlpnName)],
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
    };
}
