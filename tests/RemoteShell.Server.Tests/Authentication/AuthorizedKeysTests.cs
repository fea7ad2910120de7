using System.Net;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Tests.Authentication;

public class AuthorizedKeysTests
{
    private const string Line = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDKsR26OspWuNkJ0X8odZ0XC"
        + "i7lkMKXDOfevsEHdUXsKxSTmIeCgAmvKTPG9tisR4R1dAn3o7imHWoFFc2rB6vI=";

    [Theory]
    [InlineData(Line, "", 0)]
    [InlineData($"  {Line}  somebody at home ", "somebody at home", 0)]
    [InlineData($"from=\"10.0.0.0/8,::1\" {Line} x", "x", 2)]
    [InlineData($"expiry-time=\"20300101\",from=\"192.168.1.1\" {Line}", "", 1)]
    public void Line_with_options_and_comment_is_parsed(string line, string comment, int networks)
    {
        AuthorizedKey key = AuthorizedKeys.ParseLine(line)!;
        Assert.Equal(comment, key.Comment);
        Assert.Equal(networks, key.From.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("# a remark")]
    public void Empty_line_or_comment_is_skipped(string line) => Assert.Null(AuthorizedKeys.ParseLine(line));

    [Theory]
    [InlineData("nonsense")]
    [InlineData($"no-such-option {Line}")]
    [InlineData($"from=\"10.0.0.0/99\" {Line}")]
    [InlineData($"from=\"\" {Line}")]
    [InlineData($"from= {Line}")]
    [InlineData($"from=\"10.0.0.0/8,\" {Line}")]
    [InlineData($"expiry-time=\"soon\" {Line}")]
    [InlineData($"file-quota=\"much\" {Line}")]
    [InlineData($"file-quota {Line}")]
    [InlineData("ecdsa-sha2-nistp256 AAAA")]
    [InlineData("AAAA")]
    public void Invalid_line_is_reported_and_authorizes_no_key(string line)
    {
        Assert.Throws<FormatException>(() => AuthorizedKeys.ParseLine(line));
        using var folder = new TemporaryFolder();
        PrivateFile.AppendLine(folder["keys"], line);
        PublicKey.TryParse(Line, out PublicKey? key);
        var told = new List<int>();
        Assert.DoesNotContain(new AuthorizedKeys(folder["keys"]).ReadAll((number, _, _) => told.Add(number)), one => one.Key.Equals(key));
        Assert.Equal([1], told);
    }

    [Fact]
    public void Key_is_valid_only_from_its_networks_and_until_it_expires()
    {
        AuthorizedKey key = AuthorizedKeys.ParseLine($"from=\"10.0.0.0/8\",expiry-time=\"20300101\" {Line}")!;
        var before = new DateTime(2029, 12, 31, 23, 59, 0, DateTimeKind.Utc);
        Assert.Null(key.Fault(At("10.1.2.3"), before));
        Assert.Null(key.Fault(At("::ffff:10.1.2.3"), before));
        Assert.Null((key with { From = [IPNetwork.Parse("fe80::/10")] }).Fault(At("fe80::1%1"), before));
        Assert.NotNull(key.Fault(At("11.1.2.3"), before));
        Assert.NotNull(key.Fault(At("10.1.2.3"), before.AddMinutes(1)));
    }

    [Fact]
    public void Tunnel_has_no_address_so_only_a_key_without_networks_permits_it()
    {
        AuthorizedKey key = AuthorizedKeys.ParseLine($"from=\"0.0.0.0/0,::/0\",expiry-time=\"20300101\" {Line}")!;
        var before = new DateTime(2029, 12, 31, 23, 59, 0, DateTimeKind.Utc);
        string? fault = key.Fault(Peer.Tunnel(1), before);
        Assert.Equal("the key is permitted from certain addresses only, and a tunnel has none", fault);
        Assert.Null((key with { From = [] }).Fault(Peer.Tunnel(1), before));
        Assert.Contains("expired", (key with { From = [] }).Fault(Peer.Tunnel(1), before.AddMinutes(1)));
    }

    [Fact]
    public void File_quota_of_a_key_is_a_size()
    {
        AuthorizedKey key = AuthorizedKeys.ParseLine($"file-quota=\"64K\" {Line}")!;
        Assert.Equal((65536L, false), (key.FileQuota, key.IsForFilesOnly));
        Assert.Null(AuthorizedKeys.ParseLine(Line)!.FileQuota);
        using var folder = new TemporaryFolder();
        var keys = new AuthorizedKeys(folder["keys"]);
        Assert.True(keys.Add($"file-quota=\"64K\" {Line}"));
        Assert.False(keys.Add($"file-quota=\"65536\" {Line}"));
        Assert.Throws<RemoteShell.Protocol.RemoteShellException>(() => keys.Add($"file-quota=\"1M\" {Line}"));
    }

    [Fact]
    public void Key_is_added_once()
    {
        using var folder = new TemporaryFolder();
        var keys = new AuthorizedKeys(folder["keys"]);
        Assert.True(keys.Add($"{Line} one"));
        Assert.False(keys.Add($"{Line} two"));
        Assert.Throws<RemoteShell.Protocol.RemoteShellException>(() => keys.Add($"from=\"10.0.0.0/8\" {Line}"));
        Assert.Throws<FormatException>(() => keys.Add("nonsense"));
        Assert.Throws<FormatException>(() => keys.Add($"# two lines\n{Line} smuggled"));
        Assert.Single(File.ReadAllLines(folder["keys"]));
    }

    [Fact]
    public void Lines_of_a_key_are_found_in_the_order_of_the_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(
            folder["keys"], [$"from=\"10.0.0.0/8\" {Line} first", "nonsense", $"no-chat {Line} second", $"{Line} third"]);
        PublicKey.TryParse(Line, out PublicKey? key);
        AuthorizedKey[] found = [.. new AuthorizedKeys(folder["keys"]).ReadAll((_, _, _) => { }).Where(line => line.Key.Equals(key))];
        Assert.Equal(["first", "second", "third"], found.Select(line => line.Comment));
        Assert.Equal(["chat"], found[1].Denied);
        Assert.Empty(found[2].Denied);
    }

    [Theory]
    [InlineData("\uFEFF", "\n", "\n")]
    [InlineData("", "\r\n", "\r\n")]
    [InlineData("", "\n", "")]
    [InlineData("\uFEFF", "\r\n", "")]
    public void Files_of_all_editors_are_read(string start, string lineEnd, string end)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["keys"], $"{start}no-chat {Line} first{lineEnd}# a remark{lineEnd}{Line} last{end}");
        PublicKey.TryParse(Line, out PublicKey? key);
        var told = new List<int>();
        AuthorizedKey[] found =
        [
            .. new AuthorizedKeys(folder["keys"]).ReadAll((number, _, _) => told.Add(number)).Where(line => line.Key.Equals(key)),
        ];
        Assert.Equal(["first", "last"], found.Select(line => line.Comment));
        Assert.Empty(told);
    }

    [Fact]
    public void Last_line_of_a_large_file_is_found()
    {
        const int Others = 20_000;
        using var folder = new TemporaryFolder();
        using var other = Identity.LoadOrCreate(folder["other.pem"]);
        File.WriteAllLines(folder["keys"], Enumerable.Repeat($"{other.PublicKey} other", Others).Append(Line));
        PublicKey.TryParse(Line, out PublicKey? key);
        Assert.Single(new AuthorizedKeys(folder["keys"]).ReadAll((_, _, _) => { }), line => line.Key.Equals(key));
    }

    private static Peer At(string address) => Peer.At(new(IPAddress.Parse(address), 5000));
}
