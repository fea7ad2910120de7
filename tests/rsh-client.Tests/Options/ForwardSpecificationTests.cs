using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Tests.Options;

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
    [InlineData("65535:[2001:db8::1]:65535", "127.0.0.1:65535", "[2001:db8::1]:65535")]
    public void Forms_are_read(string text, string listen, string target)
    {
        var forward = ForwardSpecification.Parse(text);
        Assert.Equal((listen, target), (forward.Listen.ToString(), forward.Target.ToString()));
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
    [InlineData("name:8080:db:1")]
    [InlineData("a:b:c:d:e")]
    public void Other_text_is_refused_with_the_form(string text)
        => Assert.Contains("[BIND:]PORT:HOST:HOSTPORT", Assert.Throws<FormatException>(() => ForwardSpecification.Parse(text)).Message);
}
