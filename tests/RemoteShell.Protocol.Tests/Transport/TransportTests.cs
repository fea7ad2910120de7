using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public class TransportTests
{
    private const string Line = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDKsR26OspWuNkJ0X8odZ0XCi7lkMKXDOfevsEHdUXsKxSTmIeCgAmvKTPG9tisR4R1dAn3o7imHWoFFc2rB6vI=";

    // What ssh-keygen -l prints for this key.
    [Fact]
    public void A_fingerprint_is_the_one_that_openssh_prints()
    {
        Assert.True(PublicKey.TryParse($"{Line} somebody", out PublicKey? key));
        Assert.Equal("SHA256:V2Om9MXVgar01PPN/J/gHQQBFAgXZs3ljj8VImnP3uM", key!.Fingerprint);
        Assert.Equal(Line, key.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFi5")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-sha2-nistp256 not/base64!")]
    [InlineData("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDKs")]
    public void What_is_no_key_is_not_taken_for_one(string text) => Assert.False(PublicKey.TryParse(text, out _));

    [Fact]
    public void An_identity_is_made_once_is_private_from_the_first_byte_and_stays_the_same()
    {
        using var folder = new TemporaryFolder();
        string path = folder["deep/er/key.pem"];
        using Identity made = Identity.LoadOrCreate(path), again = Identity.LoadOrCreate(path);
        Assert.Equal(made.PublicKey, again.PublicKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["deep/er"]));
        }

        Assert.Single(Directory.GetFiles(folder["deep/er"]));
    }

    [Fact]
    public void Makers_at_the_same_time_end_with_one_key()
    {
        using var folder = new TemporaryFolder();
        for (int round = 0; round < 30; round++)
        {
            string path = folder[$"key{round}.pem"];
            string[] keys = [.. Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => Identity.LoadOrCreate(path).PublicKey.Fingerprint)];
            Assert.Single(keys.Distinct());
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_can_reach_is_refused_with_its_cure(UnixFileMode more)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        Identity.Create(folder["key.pem"]).Dispose();
        File.SetUnixFileMode(folder["key.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Assert.Contains("chmod", Assert.Throws<PrivateFileException>(() => Identity.Load(folder["key.pem"])).Hint);
    }

    [Fact]
    public void A_list_that_others_can_write_or_whose_folder_they_can_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
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
    public void A_line_that_was_not_ended_is_not_glued_to_the_next()
    {
        using var folder = new TemporaryFolder();
        PrivateFile.TryCreate(folder["list"], "one"u8);
        PrivateFile.AppendLine(folder["list"], "two");
        Assert.Equal(["one", "two"], PrivateFile.ReadLines(folder["list"]));
    }

    [Fact]
    public void A_damaged_identity_is_said_to_be_one()
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
    public void Addresses_are_read(string text, string host, int port) => Assert.Equal(new(host, port), HostAddress.Parse(text));

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
    public void What_is_no_address_is_said_to_be_none(string text) => Assert.Throws<FormatException>(() => HostAddress.Parse(text));

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("7", 7_000)]
    [InlineData("0", 0)]
    public void Lengths_of_time_are_read(string text, int milliseconds) => Assert.Equal(milliseconds, Duration.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1w")]
    [InlineData("99999999d")]
    [InlineData("NaN")]
    public void What_is_no_length_of_time_is_said_to_be_none(string text) => Assert.Throws<FormatException>(() => Duration.Parse(text));
}
