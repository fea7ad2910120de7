using System.Text;
using RemoteShell.Cli.Client.Transfers;

namespace RemoteShell.Cli.Client.Tests.Transfers;

/// <summary>Lines that sha256sum reads.</summary>
public class DigestLineTests
{
    [Theory]
    [InlineData("a b", "", "abc  a b\n")]
    [InlineData("a", "dir/", "abc  dir/a\n")]
    [InlineData("a\nb", "", "\\abc  a\\nb\n")]
    [InlineData("a\rb", "", "\\abc  a\\rb\n")]
    [InlineData("a\\\\b", "", "\\abc  a\\\\b\n")]
    public void Name_with_a_backslash_or_a_line_break_is_escaped(string path, string folder, string line)
        => Assert.Equal(line, Encoding.UTF8.GetString(DigestLine.Of("sha256:abc", folder, path)!));

    [Fact]
    public void Name_that_is_not_UTF8_keeps_its_bytes()
        => Assert.Equal([.. "abc  x"u8, 0xff, (byte)'\n'], DigestLine.Of("sha256:abc", "", "x\\xff"));

    [Theory]
    [InlineData("crc32c:abc")]
    [InlineData(null)]
    public void Other_digests_have_no_line(string? digest) => Assert.Null(DigestLine.Of(digest, "", "a"));

    [Fact]
    public void Terminal_does_not_get_control_characters()
        => Assert.Equal("abc  a\\x1b[2J", DigestLine.Shown(DigestLine.Of("sha256:abc", "", "a\u001b[2J")!));

    [Theory]
    [InlineData("/srv/www", true, "/srv/www/")]
    [InlineData("/srv/www", false, "/srv/")]
    [InlineData("/www", false, "/")]
    [InlineData("docs/", true, "docs/")]
    [InlineData("name", false, "")]
    [InlineData(".", true, "")]
    [InlineData("~/docs", true, "docs/")]
    [InlineData("~", true, "")]
    public void Folder_of_the_paths_is_the_target_or_the_one_above_it(string target, bool isInto, string folder)
        => Assert.Equal(folder, DigestFolder.Of(target, isInto));
}
