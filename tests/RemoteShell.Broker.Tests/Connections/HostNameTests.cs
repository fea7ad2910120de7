using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Tests.Connections;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("web7", "web7")]
    [InlineData("WEB7.Example.org", "web7.example.org")]
    [InlineData("a_b-c.0", "a_b-c.0")]
    public void Name_is_in_lower_case(string name, string normal) => Assert.Equal(normal, HostName.Normalize(name));

    [Fact]
    public void Name_of_128_characters_is_the_longest()
    {
        Assert.Equal(128, HostName.Normalize(new('a', 128)).Length);
        Assert.Throws<BrokerException>(() => HostName.Normalize(new('a', 129)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".web7")]
    [InlineData("web7.")]
    [InlineData("web..7")]
    [InlineData("*")]
    [InlineData("web.>")]
    [InlineData("web 7")]
    [InlineData("web7\r\nPUB x 0")]
    [InlineData("wéb7")]
    [InlineData("web/7")]
    [InlineData("$SYS")]
    public void Other_text_is_not_a_name(string text)
    {
        BrokerException e = Assert.Throws<BrokerException>(() => HostName.Normalize(text));
        Assert.NotNull(e.Hint);
    }
}
