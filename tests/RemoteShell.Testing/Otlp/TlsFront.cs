using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RemoteShell.Testing.Otlp;

/// <summary>Takes connections by TLS for a collector, with a certificate of an authority of its own.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    private readonly Uri _collector;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _certificate;
    private readonly Task _serving;
    private int _connections;

    /// <param name="collector">The collector.</param>
    /// <param name="address">The address that the certificate is for.</param>
    public TlsFront(OtlpCollector collector, IPAddress address)
    {
        _collector = new(collector.Url);
        (_authority, _certificate) = Certify(address);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The URL for <c>--otlp</c>.</summary>
    public string Url => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The certificate of the authority in PEM.</summary>
    public string Authority => _authority.ExportCertificatePem();

    /// <summary>How many connections came, also of clients that do not trust the certificate.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _serving.Within();
        _authority.Dispose();
        _certificate.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
                clients.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        try
        {
            using var behind = new TcpClient();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stopping.Token);
            await behind.ConnectAsync(_collector.Host, _collector.Port, _stopping.Token);
            // Until the client has left.
            Task answers = behind.GetStream().CopyToAsync(tls, _stopping.Token);
            await tls.CopyToAsync(behind.GetStream(), _stopping.Token);
            behind.Client.Shutdown(SocketShutdown.Send);
            await answers;
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or SocketException)
        {
            // One of both has left, or does not trust the certificate, or it was stopped.
        }
        finally
        {
            client.Dispose();
        }
    }

    private static (X509Certificate2 Authority, X509Certificate2 Certificate) Certify(IPAddress address)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1), to = from.AddDays(30);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=a test's authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        X509Certificate2 root = authority.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={address}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 bare = request.Create(root, from, to, [1, 2, 3, 4]);
        return (root, bare.CopyWithPrivateKey(key));
    }
}
