using RemoteShell.Client.Trust;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;

namespace RemoteShell.Client.Tests;

/// <summary>Which certificates of hosts a client accepts: those that ssh-keygen makes, and broken ones.</summary>
public sealed class HostCertificateTests : IDisposable
{
    private const string Name = "web1.example";

    private static readonly HostAddress Host = new(Name, 7022);

    private readonly TemporaryFolder _folder = new();
    private readonly Identity _server;
    private readonly Identity _other;
    private readonly string _authority;

    public HostCertificateTests()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        _server = Identity.Create(_folder["server.pem"]);
        _other = Identity.Create(_folder["other.pem"]);
        _authority = SshKeygen.MakeKey(_folder, "ed25519");
    }

    // CA, SERVER and OTHER stand for public keys.
    [Theory]
    [InlineData("@cert-authority * CA\n", null)]
    [InlineData("@cert-authority *.example CA\n", null)]
    [InlineData("@cert-authority web1.example,x CA a comment\n", null)]
    [InlineData("@cert-authority [web1.example]:7022 CA\n", null)]
    [InlineData("@cert-authority web1.example:7022 CA\n", null)]
    [InlineData("@cert-authority x.example SERVER\n@cert-authority *.EXAMPLE CA\n", null)]
    [InlineData("@cert-authority *,!web1.example CA\n", "is not known")]
    [InlineData("@cert-authority [web1.example]:22 CA\n", "is not known")]
    [InlineData("@cert-authority *.other CA\n", "is not known")]
    [InlineData("@cert-authority * OTHER\n", "is not known")]
    [InlineData("* CA\n", "is not known")]
    [InlineData("", "is not known")]
    [InlineData("@cert-authority * CA\nweb1.example:7022 OTHER\n", null)]
    [InlineData("@cert-authority * OTHER\nweb1.example:7022 OTHER\n", "HAS CHANGED")]
    [InlineData("@cert-authority * CA\n@revoked * CA\n", "IS REVOKED")]
    [InlineData("@cert-authority * CA\n@revoked * SERVER\n", "IS REVOKED")]
    [InlineData("web1.example:7022 SERVER\n@revoked * CA\n", "IS REVOKED")]
    [InlineData("@cert-authority * CA\n@revoked * OTHER\n", null)]
    public async Task Authority_of_a_line_counts_for_its_hosts(string lines, string? fault)
    {
        Write(lines);
        HostKeyException? refusal = await CheckAsync(Certify("-h", "-n", Name), new());
        if (fault is null)
            Assert.Null(refusal);
        else
            Assert.Contains(fault, refusal?.Message);
        // Nothing is stored for a key that an authority has certified.
        Assert.Equal(Keys(lines), File.ReadAllText(_folder["known_hosts"]));
    }

    [Theory]
    [InlineData("-h -n other.example,x.example", "it is for other.example, x.example, and not for web1.example")]
    [InlineData("-h", "it is for no name, and not for web1.example")]
    [InlineData("-h -n *.example", "it is for *.example")]
    [InlineData("-h -n web1.example -V 20200101:20210101", "it has expired")]
    [InlineData("-h -n web1.example -V 20990101:21000101", "it is not valid yet")]
    [InlineData("-n web1.example", "it is for a user")]
    [InlineData("-h -n web1.example -O critical:unknown@example=1", "the option 'unknown@example'")]
    public async Task Certificate_that_does_not_hold_says_why(string arguments, string fault)
    {
        byte[] blob = Certify(arguments.Split(' '));
        Write("@cert-authority * CA\n");
        foreach (HostTrust trust in (HostTrust[])[new(), new() { AcceptNew = true }])
            Assert.Contains(fault, (await CheckAsync(blob, trust))?.Message);
        // As in ssh, a line for the key itself is enough.
        Write("@cert-authority * CA\nweb1.example:7022 SERVER\n");
        Assert.Null(await CheckAsync(blob, new()));
        Write("@cert-authority * CA\nweb1.example:7022 OTHER\n");
        Assert.Contains("HAS CHANGED", (await CheckAsync(blob, new()))?.Message);
        Assert.Null(await CheckAsync(blob, new() { Fingerprint = _server.PublicKey.Fingerprint }));
    }

    [Fact]
    public async Task Certificate_of_another_server_or_with_a_changed_byte_is_refused()
    {
        Write("@cert-authority * CA\n");
        byte[] blob = Certify("-h", "-n", Name);
        Assert.Contains("it is for the key", (await CheckAsync(CertifyKey(_other, "-h", "-n", Name), new()))?.Message);
        for (int length = 0; length < blob.Length; length += 7)
            Assert.NotNull(await CheckAsync(blob[..length], new()));
        for (int at = 0; at < blob.Length; at++)
        {
            byte[] changed = [.. blob];
            changed[at] ^= 1;
            Assert.NotNull(await CheckAsync(changed, new()));
        }

        Assert.Contains("is not accepted", (await CheckAsync(blob[..^1], new()))?.Message);
    }

    [Fact]
    public async Task Alias_is_the_name_of_the_certificate_and_of_the_line()
    {
        Write("@cert-authority alias.example CA\n");
        var trust = new HostTrust { KnownAs = "alias.example" };
        Assert.Null(await CheckAsync(Certify("-h", "-n", "alias.example"), trust));
        Assert.Contains("and not for alias.example", (await CheckAsync(Certify("-h", "-n", Name), trust))?.Message);
        Assert.Contains("is not known", (await CheckAsync(Certify("-h", "-n", "alias.example"), new()))?.Message);
    }

    [Fact]
    public async Task Server_shows_its_certificate_and_reads_it_again()
    {
        string file = _folder["host-cert.pub"];
        using (Identity key = Identity.Create(_folder["server/host_key.pem"]))
            File.WriteAllText(file, Line(key, "-h", "-n", "127.0.0.1,localhost"));
        await using var server = new TestServer(options => options with { Folder = _folder["server"], HostCertificateFile = file });
        ClientOptions options = server.Options with { Trust = new(), KnownHostsFile = _folder["known_hosts"] };
        Write("@cert-authority 127.0.0.1 CA\n");
        await (await RemoteShellClient.ConnectAsync(options).Within()).DisposeAsync();
        using (var key = Identity.Load(_folder["server/host_key.pem"]))
            File.WriteAllText(file, Line(key, "-h", "-n", "elsewhere"));
        server.Server.Apply(server.ServerOptions);
        var refusal = await Assert.ThrowsAsync<HostKeyException>(() => RemoteShellClient.ConnectAsync(options).Within());
        Assert.Contains("it is for elsewhere, and not for 127.0.0.1", refusal.Message);
        File.WriteAllText(file, Line(_other, "-h", "-n", "127.0.0.1"));
        server.Server.Apply(server.ServerOptions);
        Assert.Contains(server.Log, line => line.Contains("stays as it was", StringComparison.Ordinal));
        server.Server.Apply(server.ServerOptions with { HostCertificateFile = null });
        refusal = await Assert.ThrowsAsync<HostKeyException>(() => RemoteShellClient.ConnectAsync(options).Within());
        Assert.Contains("is not known", refusal.Message);
    }

    [Fact]
    public async Task Server_does_not_start_with_a_certificate_that_is_not_one_of_its_key_and_warns_of_an_expired_one()
    {
        using Identity key = Identity.Create(_folder["server/host_key.pem"]);
        string file = _folder["host-cert.pub"];
        (string Text, string Fault)[] all =
        [
            (Line(_other, "-h", "-n", Name), "of another key"),
            (Line(key, "-n", Name), "is for a user"),
            ($"{key.PublicKey}", "does not hold a certificate"),
            ("rubbish", "does not hold a certificate"),
            ("a b", "does not hold a certificate"),
            ("# nothing\n", "has no certificate"),
        ];
        var options = new ServerOptions
        {
            Folder = _folder["server"],
            Listen = [new(System.Net.IPAddress.Loopback, 0)],
            HostCertificateFile = file,
        };
        foreach ((string text, string fault) in all)
        {
            File.WriteAllText(file, text);
            await using var server = new RemoteShellServer(options);
            var refusal = await Assert.ThrowsAsync<RemoteShellException>(() => server.StartAsync().Within());
            Assert.Contains(fault, refusal.Message);
            Assert.Contains(ServerCheck.Run(options), found => found.Message == refusal.Message);
        }

        File.WriteAllText(file, Line(key, "-h", "-n", Name, "-V", "20200101:20210101"));
        await using var warned = new TestServer(_ => options);
        Assert.Contains(warned.Log, line => line.Contains("is not valid now", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _server?.Dispose();
        _other?.Dispose();
        _folder.Dispose();
    }

    private byte[] Certify(params string[] arguments) => CertifyKey(_server, arguments);

    private byte[] CertifyKey(Identity key, params string[] arguments) => SshCertificate.Parse(Line(key, arguments)).Blob.ToArray();

    private string Line(Identity key, params string[] arguments)
    {
        string file = _folder[$"key-{Guid.NewGuid():N}"];
        File.WriteAllText($"{file}.pub", $"{key.PublicKey}\n");
        return SshKeygen.Certify(_authority, file, ["-I", "id", .. arguments]);
    }

    private void Write(string lines)
    {
        File.WriteAllText(_folder["known_hosts"], Keys(lines));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["known_hosts"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private string Keys(string lines) => lines
        .Replace("CA", File.ReadAllText($"{_authority}.pub").Trim(), StringComparison.Ordinal)
        .Replace("SERVER", _server.PublicKey.ToString(), StringComparison.Ordinal)
        .Replace("OTHER", _other.PublicKey.ToString(), StringComparison.Ordinal);

    private async Task<HostKeyException?> CheckAsync(byte[] blob, HostTrust trust)
        => (HostKeyException?)await Record.ExceptionAsync(() => new KnownHosts(_folder["known_hosts"])
            .CheckAsync(Host, _server.PublicKey, blob, trust, CancellationToken.None).AsTask());
}
