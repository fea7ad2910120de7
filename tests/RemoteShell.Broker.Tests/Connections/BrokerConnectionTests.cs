using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.NKeys;
using RemoteShell.Broker.Connections;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Broker.Tests.Connections;

public sealed class BrokerConnectionTests : IDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task User_and_password_of_a_file_are_accepted()
    {
        await using NatsServer server = await StartAsync("authorization { user: web, password: \"s:cret\" }");
        await using BrokerConnection connection = await ConnectAsync(server.Url, Write("web:s:cret\n"));
        await connection.Nats.PingAsync();
    }

    [Fact]
    public async Task Creds_file_is_accepted()
    {
        var account = new TestAccount();
        await using NatsServer server = await StartAsync(account.Configuration);
        await using BrokerConnection connection = await ConnectAsync(server.Url, Write(account.CreateUser()));
        await connection.Nats.PingAsync();
        // A user of another account is not known.
        await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync(server.Url, Write(new TestAccount().CreateUser())).Within(AtOnce));
    }

    [Fact]
    public async Task Seed_of_a_key_is_accepted()
    {
        using KeyPair pair = KeyPair.CreatePair(PrefixByte.User);
        await using NatsServer server = await StartAsync($"authorization {{ users: [ {{ nkey: {pair.GetPublicKey()} }} ] }}");
        await using BrokerConnection connection = await ConnectAsync(server.Url, Write($"{pair.GetSeed()}\n"));
        await connection.Nats.PingAsync();
    }

    [Fact]
    public async Task Certificate_of_the_broker_is_checked_with_the_authorities()
    {
        string authorities = _folder["ca.pem"], certificate = _folder["server.pem"], key = _folder["server.key"];
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=broker", pair, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(authorities, made.ExportCertificatePem());
        await File.WriteAllTextAsync(certificate, made.ExportCertificatePem());
        await File.WriteAllTextAsync(key, pair.ExportPkcs8PrivateKeyPem());
        await using NatsServer server = await StartAsync($"tls {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}");
        var options = new BrokerOptions { Url = $"tls://{server.Address}", AuthoritiesFile = authorities };

        await using BrokerConnection connection = await BrokerConnection
            .ConnectAsync(options, BrokerPatience.None, NullLogger.Instance)
            .Within();
        await connection.Nats.PingAsync();
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync(options.Url).Within(AtOnce));
        Assert.StartsWith($"cannot reach the broker {options.Url}: ", e.Message);
    }

    [Fact]
    public async Task Broker_without_tls_is_not_used_for_a_tls_address()
    {
        await using NatsServer server = await StartAsync();
        await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync($"tls://{server.Address}").Within());
    }

    [Fact]
    public async Task Missing_file_of_authorities_is_told()
    {
        var options = new BrokerOptions { Url = "tls://127.0.0.1:1", AuthoritiesFile = _folder["none.pem"] };
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(
            () => BrokerConnection.ConnectAsync(options, BrokerPatience.Endless, NullLogger.Instance).Within(AtOnce));
        Assert.Contains(options.AuthoritiesFile, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_file_of_authorities_is_told()
    {
        var options = new BrokerOptions { Url = "tls://127.0.0.1:1", AuthoritiesFile = Write("junk") };
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(
            () => BrokerConnection.ConnectAsync(options, BrokerPatience.Endless, NullLogger.Instance).Within(AtOnce));
        Assert.Contains(options.AuthoritiesFile, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web:wrong")]
    [InlineData(null)]
    public async Task Wrong_credentials_are_refused_at_once(string? credentials)
    {
        await using NatsServer server = await StartAsync("authorization { user: web, password: secret }");
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(
            () => ConnectAsync(server.Url, credentials is null ? null : Write(credentials)).Within(AtOnce));
        Assert.Equal($"the broker {server.Url} does not accept the credentials", e.Message);
        Assert.NotNull(e.Hint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("junk")]
    [InlineData(":password")]
    [InlineData("SUJUNK")]
    [InlineData("SU")]
    [InlineData("web:secret\nmore")]
    public async Task File_without_credentials_is_told(string text)
    {
        string path = Write(text);
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync("nats://127.0.0.1:1", path).Within(AtOnce));
        Assert.Equal($"{path} does not hold credentials for a broker", e.Message);
        Assert.NotNull(e.Hint);
    }

    [Theory]
    [InlineData("-----BEGIN NATS USER JWT-----")]
    [InlineData("-----BEGIN NATS USER JWT-----\njunk\n------END NATS USER JWT------\n")]
    [InlineData(
        "-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS USER JWT------\n\n"
        + "-----BEGIN USER NKEY SEED-----\nSUJUNK\n------END USER NKEY SEED------\n")]
    public async Task Damaged_creds_file_is_told(string text)
    {
        string path = Write(text);
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync("nats://127.0.0.1:1", path).Within(AtOnce));
        Assert.Equal($"{path} does not hold credentials for a broker", e.Message);
    }

    [Fact]
    public async Task File_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        string path = Write("web:secret");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
        PrivateFileException e = await Assert.ThrowsAsync<PrivateFileException>(
            () => ConnectAsync("nats://127.0.0.1:1", path).Within(AtOnce));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nats://web:secret@127.0.0.1:4222")]
    [InlineData("nats://127.0.0.1:4222,nats://token@127.0.0.1:4223")]
    public async Task Address_with_a_password_is_refused(string url)
    {
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync(url).Within(AtOnce));
        Assert.Equal("the address of a broker must not hold a password: other users can see it", e.Message);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hub")]
    [InlineData("hub:4222")]
    [InlineData("http://hub:4222")]
    [InlineData("nats://hub:4222,")]
    [InlineData("nats://")]
    public async Task Other_text_is_not_an_address(string url)
    {
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync(url).Within(AtOnce));
        Assert.EndsWith("is not the address of a broker", e.Message);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task Broker_that_does_not_listen_is_told_at_once()
    {
        string url = $"nats://127.0.0.1:{FreePort.Take()}";
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(() => ConnectAsync(url).Within(AtOnce));
        Assert.StartsWith($"cannot reach the broker {url}: ", e.Message);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task Broker_that_says_nothing_is_given_up_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new BrokerOptions { Url = $"nats://{silent.LocalEndpoint}", ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        await Assert.ThrowsAsync<BrokerException>(
            () => BrokerConnection.ConnectAsync(options, BrokerPatience.None, NullLogger.Instance).Within(AtOnce));
    }

    [Fact]
    public async Task Broker_that_speaks_another_protocol_is_told()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Task answering = AnswerAsync(other, "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray());
        var options = new BrokerOptions { Url = $"nats://{other.LocalEndpoint}", ConnectTimeout = TimeSpan.FromSeconds(1) };
        await Assert.ThrowsAsync<BrokerException>(
            () => BrokerConnection.ConnectAsync(options, BrokerPatience.None, NullLogger.Instance).Within());
        other.Stop();
        await answering.Within();
    }

    [Fact]
    public async Task Second_address_is_used_if_the_first_does_not_listen()
    {
        await using NatsServer server = await StartAsync();
        await using BrokerConnection connection = await ConnectAsync($"nats://127.0.0.1:{FreePort.Take()},{server.Url}");
        await connection.Nats.PingAsync();
    }

    [Fact]
    public async Task Endless_patience_waits_for_a_broker_that_starts_later()
    {
        await using NatsServer server = await StartAsync();
        await server.KillAsync();
        var log = new CapturedLog();
        Task<BrokerConnection> connecting = BrokerConnection.ConnectAsync(new() { Url = server.Url }, BrokerPatience.Endless, log);
        await Waiting.Until(() => log.Messages.Count >= 2, "two attempts have failed");
        Assert.All(log.Messages, message => Assert.StartsWith($"cannot reach the broker {server.Url}: ", message));
        await server.StartAgainAsync();
        await using BrokerConnection connection = await connecting.Within();
        await connection.Nats.PingAsync();
    }

    [Fact]
    public async Task Endless_patience_tells_credentials_that_are_refused_and_goes_on()
    {
        await using NatsServer server = await StartAsync("authorization { user: web, password: secret }");
        var log = new CapturedLog();
        using var stopping = new CancellationTokenSource();
        Task connecting = BrokerConnection.ConnectAsync(new() { Url = server.Url }, BrokerPatience.Endless, log, stopping.Token);
        string refused = $"the broker {server.Url} does not accept the credentials";
        await Waiting.Until(() => log.Messages.Count(message => message.StartsWith(refused, StringComparison.Ordinal)) >= 2, "it is told");
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within(AtOnce));
    }

    [Fact]
    public async Task Endless_patience_ends_when_it_is_cancelled()
    {
        var options = new BrokerOptions { Url = $"nats://127.0.0.1:{FreePort.Take()}" };
        using var stopping = new CancellationTokenSource();
        Task connecting = BrokerConnection.ConnectAsync(options, BrokerPatience.Endless, NullLogger.Instance, stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within(AtOnce));
    }

    private static async Task<NatsServer> StartAsync(string configuration = "")
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        return await NatsServer.StartAsync(configuration);
    }

    private static Task<BrokerConnection> ConnectAsync(string url, string? credentials = null) => BrokerConnection.ConnectAsync(
        new() { Url = url, CredentialsFile = credentials }, BrokerPatience.None, NullLogger.Instance);

    private static async Task AnswerAsync(TcpListener listener, byte[] text)
    {
        try
        {
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync();
                await socket.SendAsync(text);
                await socket.ReceiveAsync(new byte[1]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The client, or the listener, has ended.
        }
    }

    private string Write(string text)
    {
        string path = _folder[Guid.NewGuid().ToString()];
        Assert.True(PrivateFile.TryCreate(path, Encoding.UTF8.GetBytes(text)));
        return path;
    }
}
