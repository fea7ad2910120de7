using RemoteShell.Server.Jobs.Conversations;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What <c>alias</c> and <c>set</c> of POSIX shells print.</summary>
public class ShellListingTests
{
    [Theory]
    [InlineData("a=1\n", "a>1")]
    [InlineData("a='b c'\nd=e\n", "a>b c|d>e")]
    [InlineData("alias a='b'\n", "a>b")]
    [InlineData("alias -- -a='b'\n", "-a>b")]
    [InlineData("a='it'\"'\"'s'\n", "a>it's")]
    [InlineData("a='it'\\''s'\n", "a>it's")]
    [InlineData("a='one\nb=two'\nc=3\n", "a>one\nb=two|c>3")]
    [InlineData("a=$'it\\'s\\nb\\047'\nc=d\n", "a>it's b'|c>d")]
    [InlineData("a=\"b \\\"c\\\" $d\"\n", "a>b \"c\" $d")]
    [InlineData("only a line\na=1\n", "a>1")]
    [InlineData("a=", "a>")]
    [InlineData("a='b", "a>b")]
    [InlineData("a=$'\\", "a>\\")]
    [InlineData("a=b\\", "a>b\\")]
    [InlineData("no value", "")]
    [InlineData("", "")]
    public void Names_and_values_are_read(string printed, string expected)
        => Assert.Equal(expected, string.Join('|', ShellListing.Parse(printed).Select(entry => $"{entry.Name}>{entry.Value}")));
}
