using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Tests.Options;

/// <summary>HOST:PATH.</summary>
public class RemotePathTests
{
    [Theory]
    [InlineData("h:/p", "h", "/p")]
    [InlineData("h:p:q", "h", "p:q")]
    [InlineData("h:7022:p", "h:7022", "p")]
    [InlineData("u@h:7022:~/p", "u@h:7022", "~/p")]
    [InlineData("[::1]:7022:p", "[::1]:7022", "p")]
    [InlineData("u@[fe80::1%eth0]:p", "u@[fe80::1%eth0]", "p")]
    [InlineData("h:./7022", "h", "./7022")]
    [InlineData("h:", "h", ".")]
    [InlineData("h:7022:", "h:7022", ".")]
    [InlineData("[::1]:", "[::1]", ".")]
    public void Path_is_behind_the_host_or_its_port(string text, string host, string path)
        => Assert.Equal((host, path), RemotePath.Split(text));

    [Theory]
    [InlineData("h")]
    [InlineData(":p")]
    [InlineData("h:7022")]
    [InlineData("[::1]")]
    public void Text_without_a_path_is_refused(string text)
    {
        var refused = Assert.Throws<FormatException>(() => RemotePath.Split(text));
        Assert.Contains($"'{text}' does not name a file; write HOST:PATH", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h:p", true)]
    [InlineData("h:", true)]
    [InlineData("u@h:p/q", true)]
    [InlineData("[::1]:p", true)]
    [InlineData("./a:b", false)]
    [InlineData("/a:b", false)]
    [InlineData("dir/a:b", false)]
    [InlineData(":p", false)]
    [InlineData("plain", false)]
    [InlineData("-", false)]
    public void Path_is_remote_if_a_colon_comes_before_a_slash(string text, bool isRemote)
        => Assert.Equal(isRemote, RemotePath.IsRemote(text));

    [Fact]
    public void Several_paths_must_name_one_host()
    {
        Assert.Equal(["a", "/b"], RemotePath.SplitAll(["h:a", "h:/b"]).Paths);
        var refused = Assert.Throws<FormatException>(() => RemotePath.SplitAll(["h:a", "g:b"]));
        Assert.Contains("two hosts, 'h' and 'g'", refused.Message, StringComparison.Ordinal);
    }
}
