using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Tests.Transport;

public class HostAddressTests
{
    [Theory]
    [InlineData("7022", "write HOST:7022")]
    [InlineData("7301:7022", "write HOST:7301")]
    [InlineData("99999", "is neither a host nor a port; ports are 0 to 65535")]
    [InlineData("99999:1", "is neither a host nor a port; ports are 0 to 65535")]
    [InlineData("127.1", "is not an IPv4 address")]
    [InlineData("127.1:7022", "is not an IPv4 address")]
    [InlineData("127.0.1", "is not an IPv4 address")]
    [InlineData("0x7f.1", "is not an IPv4 address")]
    [InlineData("0x7f000001", "is not an IPv4 address")]
    [InlineData("2130706433", "is not an IPv4 address")]
    [InlineData("127.0.0.0x1", "is not an IPv4 address")]
    [InlineData("0177.0.0.1", "is not an IPv4 address")]
    [InlineData("256.0.0.1", "is not an IPv4 address")]
    [InlineData("1.2.3.4.5", "is not an IPv4 address")]
    [InlineData("name.7", "is not an IPv4 address")]
    [InlineData("https://server.example", "is a URL")]
    [InlineData("ssh://server.example:22", "is a URL")]
    [InlineData(":7022", "does not name a host")]
    [InlineData("a\u0001", "does not name a host")]
    [InlineData("a\0", "does not name a host")]
    public void Text_that_is_not_a_host_is_refused(string text, string message)
        => Assert.Contains(message, Assert.Throws<FormatException>(() => HostAddress.Parse(text)).Message);

    [Fact]
    public void Host_name_has_at_most_253_characters()
    {
        string longest = new('a', 253);
        Assert.Equal(longest, HostAddress.Parse(longest).Host);
        Assert.Contains("254 characters", Assert.Throws<FormatException>(() => HostAddress.Parse($"{longest}a:7022")).Message);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("10.0.0.255", "10.0.0.255")]
    [InlineData("node7", "node7")]
    [InlineData("7zip.example", "7zip.example")]
    [InlineData("1.0x.example", "1.0x.example")]
    [InlineData("0xg", "0xg")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("::1", "::1")]
    public void Host_is_read_with_and_without_a_port(string text, string host)
    {
        Assert.Equal(new(host, HostAddress.DefaultPort), HostAddress.Parse(text));
        string withPort = text.Contains(':', StringComparison.Ordinal) ? $"[{text}]:80" : $"{text}:80";
        Assert.Equal(new(host, 80), HostAddress.Parse(withPort));
    }
}
