using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys.Tests.Certificates;

public sealed class SshCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SshCertificateTests() => Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ed25519", "ed25519")]
    [InlineData("ecdsa", "rsa")]
    [InlineData("rsa", "ecdsa")]
    public void Certificate_of_openssh_says_what_it_was_made_with(string type, string authorityType)
    {
        string authority = SshKeygen.MakeKey(_folder, authorityType), file = SshKeygen.MakeKey(_folder, type);
        string line = SshKeygen.Certify(
            authority, file, "-I", "alice@example", "-z", "42", "-n", "alice,root", "-V", "20250102030405Z:20350102030405Z",
            "-O", "force-command=uptime -p", "-O", "source-address=10.0.0.0/8", "-O", "no-pty");
        var certificate = SshCertificate.Parse(line);
        Assert.Equal(CertificateKind.User, certificate.Kind);
        Assert.Equal(PublicKey.Parse(File.ReadAllText($"{file}.pub")), certificate.Key);
        Assert.Equal(PublicKey.Parse(File.ReadAllText($"{authority}.pub")), certificate.Authority);
        Assert.Equal(("alice@example", 42UL), (certificate.KeyId, certificate.Serial));
        Assert.Equal(["alice", "root"], certificate.Principals);
        Assert.Equal("uptime -p", certificate.CriticalOptions["force-command"]);
        Assert.Equal("10.0.0.0/8", certificate.CriticalOptions["source-address"]);
        Assert.Contains("permit-port-forwarding", certificate.Extensions);
        Assert.DoesNotContain("permit-pty", certificate.Extensions);
        var from = new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.Equal([false, true], [certificate.IsValidAt(from.AddSeconds(-1)), certificate.IsValidAt(from)]);
        Assert.Equal([true, false], [certificate.IsValidAt(from.AddYears(10).AddSeconds(-1)), certificate.IsValidAt(from.AddYears(10))]);
        Assert.True(SshCertificate.IsCertificate(certificate.Blob.Span));
        Assert.False(SshCertificate.IsCertificate(certificate.Key.Blob.Span));
    }

    [Fact]
    public void Certificate_of_a_host_without_bounds_is_always_valid()
    {
        string line = SshKeygen.Certify(
            SshKeygen.MakeKey(_folder, "ed25519"), SshKeygen.MakeKey(_folder, "ed25519"), "-h", "-I", "web1", "-n", "web1.example");
        var certificate = SshCertificate.Parse(line);
        Assert.Equal((CertificateKind.Host, 0UL), (certificate.Kind, certificate.Serial));
        Assert.True(certificate.IsValidAt(DateTimeOffset.UtcNow));
        Assert.Empty(certificate.CriticalOptions);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    public void Certificate_with_any_changed_byte_or_cut_at_any_place_is_refused(string authorityType)
    {
        byte[] blob = Blob(SshKeygen.Certify(
            SshKeygen.MakeKey(_folder, authorityType), SshKeygen.MakeKey(_folder, "ed25519"), "-I", "id", "-n", "alice"));
        for (int at = 0; at < blob.Length; at++)
        {
            byte[] changed = [.. blob];
            changed[at] ^= 1;
            Assert.Throws<FormatException>(() => SshCertificate.Parse(changed));
            Assert.Throws<FormatException>(() => SshCertificate.Parse(blob.AsSpan(0, at)));
        }
    }

    [Fact]
    public void Certificate_of_a_weak_authority_is_refused()
    {
        string authority = SshKeygen.MakeKey(_folder, "rsa", 2048);
        string line = SshKeygen.Certify(authority, SshKeygen.MakeKey(_folder, "ed25519"), "-I", "id", "-n", "alice");
        Assert.Contains("too weak", Assert.Throws<FormatException>(() => SshCertificate.Parse(line)).Message, StringComparison.Ordinal);
    }

    private static byte[] Blob(string line) => Convert.FromBase64String(line.Split(' ')[1]);
}
