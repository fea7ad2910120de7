using System.Net;
using RemoteShell.Cli.Client.Forwarding;

namespace RemoteShell.Cli.Client.Tests.Forwarding;

/// <summary>What <c>-L</c> takes.</summary>
public class ForwardSpecificationTests
{
    [Theory]
    [InlineData("8080:db:5432", "127.0.0.1:8080", "db:5432")]
    [InlineData("0:db:1", "127.0.0.1:0", "db:1")]
    [InlineData("localhost:8080:db:5432", "127.0.0.1:8080", "db:5432")]
    [InlineData("*:8080:db:5432", "[::]:8080", "db:5432")]
    [InlineData("10.0.0.1:8080:db:5432", "10.0.0.1:8080", "db:5432")]
    [InlineData("[::1]:8080:[fe80::1]:22", "[::1]:8080", "[fe80::1]:22")]
    [InlineData("8080:/run/db.sock", "127.0.0.1:8080", "/run/db.sock")]
    [InlineData("*:8080:/run/db.sock", "[::]:8080", "/run/db.sock")]
    [InlineData("/tmp/here:db:5432", "/tmp/here", "db:5432")]
    [InlineData("/tmp/here:/run/there", "/tmp/here", "/run/there")]
    [InlineData("65535:[2001:db8::1]:65535", "127.0.0.1:65535", "[2001:db8::1]:65535")]
    public void Forms_are_read(string text, string listen, string target)
    {
        var forward = ForwardSpecification.Parse(text);
        Assert.Equal((listen, target), ($"{forward.Listen.OnThisMachine(IPAddress.Loopback)}", $"{forward.Target}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("8080:db")]
    [InlineData("8080:db:0")]
    [InlineData("8080:db:65536")]
    [InlineData("x:db:1")]
    [InlineData("-1:db:1")]
    [InlineData("8080::1")]
    [InlineData("a:b:c:d:e")]
    public void Other_text_is_refused_with_the_form(string text)
        => Assert.Contains("[BIND:]PORT:HOST:HOSTPORT", Assert.Throws<FormatException>(() => ForwardSpecification.Parse(text)).Message);

    [Fact]
    public void Name_of_another_machine_is_no_address_to_listen_on()
    {
        var forward = ForwardSpecification.Parse("name:8080:db:1");
        string message = Assert.Throws<FormatException>(() => forward.Listen.OnThisMachine(IPAddress.Loopback)).Message;
        Assert.Contains("[BIND:]PORT:HOST:HOSTPORT", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8080=db:5432", "127.0.0.1:8080", "db:5432")]
    [InlineData("8080=80", "127.0.0.1:8080", "localhost:80")]
    [InlineData("[::1]:8080=[fe80::1]:80", "[::1]:8080", "[fe80::1]:80")]
    [InlineData("/tmp/here=/run/a=b", "/tmp/here", "/run/a=b")]
    [InlineData("0=/run/there", "127.0.0.1:0", "/run/there")]
    public void Pairs_are_read(string text, string listen, string target)
    {
        var forward = ForwardSpecification.ParsePair(text);
        Assert.Equal((listen, target), ($"{forward.Listen.OnThisMachine(IPAddress.Loopback)}", $"{forward.Target}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("=80")]
    [InlineData("80=")]
    [InlineData("80=:1")]
    [InlineData("80=a:b:1")]
    [InlineData("x=80")]
    [InlineData("a:b:1=80")]
    [InlineData("80=db:0")]
    public void Other_pairs_are_refused_with_the_form(string text)
        => Assert.Contains("[BIND:]PORT", Assert.Throws<FormatException>(() => ForwardSpecification.ParsePair(text)).Message);
}
