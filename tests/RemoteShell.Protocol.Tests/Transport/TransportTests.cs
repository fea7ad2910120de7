using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public class TransportTests
{
    private const string Line =
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDKsR26OspWuNkJ0X8odZ0XCi7lkMKXDOfevsEHdUXsKxSTm" +
        "IeCgAmvKTPG9tisR4R1dAn3o7imHWoFFc2rB6vI=";

    // ssh-keygen -l prints this for the key.
    [Fact]
    public void Fingerprint_is_the_one_that_openssh_prints()
    {
        Assert.True(PublicKey.TryParse($"{Line} somebody", out PublicKey? key));
        Assert.Equal("SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3uM", key!.Fingerprint);
        Assert.Equal(Line, key.ToString());
    }

    [Theory]
    [InlineData("SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3uM", true)]
    [InlineData("SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3u", false)]
    [InlineData("SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3u=", false)]
    [InlineData("SHA512:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3uM", false)]
    public void Fingerprint_has_43_digits_of_base64(string text, bool isFingerprint)
        => Assert.Equal(isFingerprint, PublicKey.IsFingerprint(text));

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFi5")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-sha2-nistp256 not/base64!")]
    [InlineData("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDKs")]
    public void Text_that_is_not_a_key_is_rejected(string text) => Assert.False(PublicKey.TryParse(text, out _));

    [Fact]
    public void Identity_is_created_once_with_private_files_and_stays_the_same()
    {
        using var folder = new TemporaryFolder();
        string path = folder["deep/er/key.pem"];
        using Identity made = Identity.LoadOrCreate(path), again = Identity.LoadOrCreate(path);
        Assert.Equal(made.PublicKey, again.PublicKey);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(ownerOnly, File.GetUnixFileMode(path));
            Assert.Equal(ownerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["deep/er"]));
        }

        Assert.Single(Directory.GetFiles(folder["deep/er"]));
    }

    [Fact]
    public void Remark_before_a_key_is_skipped()
    {
        using var folder = new TemporaryFolder();
        using Identity made = Identity.Create(folder["key.pem"], "a remark 2026\n"), read = Identity.Load(folder["key.pem"]);
        Assert.StartsWith("a remark 2026\n---", File.ReadAllText(folder["key.pem"]));
        Assert.Equal(made.PublicKey, read.PublicKey);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(20_000)]
    public async Task Client_sees_the_host_certificate_that_the_server_shows(int length)
    {
        using var folder = new TemporaryFolder();
        using Identity client = Identity.Create(folder["client.pem"]), plain = Identity.Create(folder["server.pem"]);
        byte[] blob = RandomNumberGenerator.GetBytes(length);
        using Identity server = plain.WithHostCertificate(blob);
        Assert.Equal(plain.PublicKey, server.PublicKey);
        foreach (Identity identity in (Identity[])[plain, server])
        {
            (MemoryDuplex near, MemoryDuplex far) = MemoryDuplex.CreatePair();
            Task<SecureStream> accepting = SecureStream.AcceptAsync(far, identity);
            await using SecureStream seen = await SecureStream.ConnectAsync(near, client).Within();
            await using SecureStream accepted = await accepting.Within();
            Assert.Equal(plain.PublicKey, seen.Peer);
            Assert.Null(accepted.HostCertificate);
            Assert.Equal(identity == server ? blob : null, seen.HostCertificate?.ToArray());
        }
    }

    [Fact]
    public void Next_key_is_proved_for_one_present_key_by_itself_alone()
    {
        using var folder = new TemporaryFolder();
        using Identity present = Identity.Create(folder["1"]), next = Identity.Create(folder["2"]), other = Identity.Create(folder["3"]);
        byte[] signature = NextKeyProof.Sign(present.PublicKey, next);
        Assert.Equal(64, signature.Length);
        Assert.True(NextKeyProof.Verify(present.PublicKey, next.PublicKey, signature));
        Assert.False(NextKeyProof.Verify(other.PublicKey, next.PublicKey, signature));
        Assert.False(NextKeyProof.Verify(present.PublicKey, other.PublicKey, signature));
        Assert.False(NextKeyProof.Verify(next.PublicKey, present.PublicKey, signature));
        Assert.False(NextKeyProof.Verify(present.PublicKey, next.PublicKey, signature.AsSpan(0, 63)));
        signature[7] ^= 1;
        Assert.False(NextKeyProof.Verify(present.PublicKey, next.PublicKey, signature));
        // As docs/protocol.md says it.
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(folder["2"]));
        byte[] own = key.SignData(
            Encoding.ASCII.GetBytes($"rsh-next-key 1\nserver {present.PublicKey}\nnext {next.PublicKey}\n"),
            HashAlgorithmName.SHA256);
        Assert.True(NextKeyProof.Verify(present.PublicKey, next.PublicKey, own));
    }

    [Fact]
    public void Key_of_an_identity_is_a_point_of_the_curve()
    {
        using var folder = new TemporaryFolder();
        using Identity identity = Identity.LoadOrCreate(folder["key.pem"]);
        byte[] blob = Convert.FromBase64String(identity.PublicKey.ToString().Split(' ')[1]);
        var point = new ECPoint { X = blob[^64..^32], Y = blob[^32..] };
        // The import fails if the point is not on the curve.
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        Assert.Equal(256, key.KeySize);
    }

    [Fact]
    public void Concurrent_creators_get_the_same_key()
    {
        using var folder = new TemporaryFolder();
        for (int round = 0; round < 30; round++)
        {
            string path = folder[$"key{round}.pem"];
            string[] keys =
            [
                .. Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8)
                    .Select(_ => Identity.LoadOrCreate(path).PublicKey.Fingerprint),
            ];
            Assert.Single(keys.Distinct());
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public void Key_file_that_others_can_access_is_refused_with_a_hint(UnixFileMode more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix: file modes");
        using var folder = new TemporaryFolder();
        Identity.Create(folder["key.pem"]).Dispose();
        File.SetUnixFileMode(folder["key.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Assert.Contains("chmod", Assert.Throws<PrivateFileException>(() => Identity.Load(folder["key.pem"])).Hint);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void List_that_others_can_write_is_refused_and_so_is_one_in_their_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix: file modes");
        using var folder = new TemporaryFolder();
        PrivateFile.AppendLine(folder["sub/list"], "one");
        PrivateFile.AppendLine(folder["sub/list"], "two");
        Assert.Equal(["one", "two"], PrivateFile.ReadLines(folder["sub/list"]));
        File.SetUnixFileMode(folder["sub/list"], UnixFileMode.UserRead | UnixFileMode.GroupWrite);
        Assert.Throws<PrivateFileException>(() => PrivateFile.ReadLines(folder["sub/list"]));
        File.SetUnixFileMode(folder["sub/list"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(folder["sub"], (UnixFileMode)0x1FF);
        Assert.Throws<PrivateFileException>(() => PrivateFile.ReadLines(folder["sub/list"]));
    }

    [Fact]
    public void Appended_line_starts_a_new_line_if_the_last_one_is_not_ended()
    {
        using var folder = new TemporaryFolder();
        PrivateFile.TryCreate(folder["list"], "one"u8);
        PrivateFile.AppendLine(folder["list"], "two");
        Assert.Equal(["one", "two"], PrivateFile.ReadLines(folder["list"]));
    }

    [Fact]
    public void Damaged_identity_is_rejected_with_a_reason()
    {
        using var folder = new TemporaryFolder();
        PrivateFile.TryCreate(folder["key.pem"], "nonsense"u8);
        Assert.NotNull(Assert.Throws<PrivateFileException>(() => Identity.Load(folder["key.pem"])).Hint);
    }

    [Theory]
    [InlineData("example.org", "example.org", 7022)]
    [InlineData("example.org:22", "example.org", 22)]
    [InlineData("127.0.0.1:0", "127.0.0.1", 0)]
    [InlineData("[::1]:7023", "::1", 7023)]
    [InlineData("[::1]", "::1", 7022)]
    [InlineData("::1", "::1", 7022)]
    [InlineData("[fe80::1%eth0]:1", "fe80::1%eth0", 1)]
    public void Valid_address_is_parsed(string text, string host, int port) => Assert.Equal(new(host, port), HostAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(":22")]
    [InlineData("host:")]
    [InlineData("host:99999")]
    [InlineData("host:-1")]
    [InlineData("host:2x")]
    [InlineData("[::1")]
    [InlineData("[name]:1")]
    [InlineData("[::1]7022")]
    [InlineData("two words")]
    [InlineData("-option")]
    public void Invalid_address_is_rejected(string text) => Assert.Throws<FormatException>(() => HostAddress.Parse(text));

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("7", 7_000)]
    [InlineData("0", 0)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1m1.5s", 61_500)]
    [InlineData("1h1ms", 3_600_001)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("1h30", 3_630_000)]
    public void Valid_duration_is_parsed(string text, int milliseconds)
        => Assert.Equal(milliseconds, Duration.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1w")]
    [InlineData("99999999d")]
    [InlineData("NaN")]
    [InlineData("1e3s")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1..5s")]
    [InlineData("+1s")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1.5h30m")]
    [InlineData("1h m")]
    [InlineData("1h30m ")]
    [InlineData("45d1ms")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999s")]
    [InlineData("١s")]
    public void Invalid_duration_is_rejected(string text) => Assert.Throws<FormatException>(() => Duration.Parse(text));
}
