using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Tests.Options;

/// <summary>SET:PATH.</summary>
public class TargetPathTests
{
    [Theory]
    [InlineData("@web:/etc/app/", "@web", "/etc/app/")]
    [InlineData("web[1-3]:conf", "web[1-3]", "conf")]
    [InlineData("root@web[1-3]:/etc", "root@web[1-3]", "/etc")]
    [InlineData("root@@web:~/x", "root@@web", "~/x")]
    [InlineData("web[1-3]:a:b", "web[1-3]", "a:b")]
    [InlineData("@web:7022:/etc", "@web:7022", "/etc")]
    [InlineData("@web:7022:a:b", "@web:7022", "a:b")]
    [InlineData("web[1-3]:7022:conf", "web[1-3]:7022", "conf")]
    [InlineData("a,b:conf", "a,b", "conf")]
    [InlineData("a,[::1]:conf", "a,[::1]", "conf")]
    [InlineData("[::1],b:7022:conf", "[::1],b:7022", "conf")]
    [InlineData("@web:", "@web", ".")]
    [InlineData("@web:/a:b", "@web", "/a:b")]
    [InlineData("@web:./7022", "@web", "./7022")]
    [InlineData("-:conf", "-", "conf")]
    public void Path_is_behind_the_set_or_its_port(string text, string set, string path)
        => Assert.Equal((set, path), TargetPath.Split(text));

    [Theory]
    [InlineData("h:p")]
    [InlineData("u@h:7022:p")]
    [InlineData("[::1]:p")]
    [InlineData("u@[::1]:7022:p")]
    [InlineData("./web[1-3]:p")]
    [InlineData("/a,b:c")]
    [InlineData("web[1-3]")]
    [InlineData("@web")]
    [InlineData("-")]
    [InlineData(":p")]
    [InlineData("")]
    public void Other_texts_are_not_sets_with_a_path(string text) => Assert.Null(TargetPath.Split(text));

    [Theory]
    [InlineData("@file:hosts:/etc")]
    [InlineData("root@@file:hosts:/etc")]
    [InlineData("a,@file:/etc/hosts:conf")]
    [InlineData("@rack:r1:/etc")]
    public void A_set_with_a_colon_is_given_by_itself(string text)
    {
        UsageException refusal = Assert.Throws<UsageException>(() => TargetPath.Split(text));
        Assert.Contains("--targets", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forgotten_path_is_refused()
    {
        UsageException refusal = Assert.Throws<UsageException>(() => TargetPath.Split("@web:7022"));
        Assert.Contains("does not name a file", refusal.Message, StringComparison.Ordinal);
    }
}
