using RemoteShell.Files.Patterns;

namespace RemoteShell.Files.Tests.Patterns;

public class PathGlobTests
{
    [Theory]
    [InlineData("/var/log/**", "/var/log", true)]
    [InlineData("/var/log/**", "/var/log/", true)]
    [InlineData("/var/log/**", "/var/log/.a/b", true)]
    [InlineData("/var/log/**", "/var/logs", false)]
    [InlineData("/var/log/**", "/var", false)]
    [InlineData("/**", "/", true)]
    [InlineData("/**", "/a/b", true)]
    [InlineData("/*", "/a", true)]
    [InlineData("/*", "/a/b", false)]
    [InlineData("/*", "/", false)]
    [InlineData("/a/*.log", "/a/.log", true)]
    [InlineData("/a/*.log", "/a/b/.log", false)]
    [InlineData("/a/**/x", "/a/x", true)]
    [InlineData("/a/**/x", "/a/b/c/x", true)]
    [InlineData("/a/**/x", "/a/bx", false)]
    [InlineData("/a/?", "/a/\u00e9", true)]
    [InlineData("/a/[!b]", "/a/c", true)]
    [InlineData("/a/[!b]", "/a//", false)]
    [InlineData("/a/'*'", "/a/*", true)]
    [InlineData("/a/'*'", "/a/b", false)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/b", false)]
    public void Pattern_matches_full_paths(string pattern, string path, bool matches)
        => Assert.Equal(matches, Glob(pattern).IsMatch(path));

    [Theory]
    [InlineData("/a/**", "/a", true, true)]
    [InlineData("/a/**", "/a/b", true, true)]
    [InlineData("/a/**", "/", false, false)]
    [InlineData("/a/*", "/a", false, true)]
    [InlineData("/a/*", "/a/b", false, false)]
    [InlineData("/a/*/**", "/a", false, false)]
    [InlineData("/a/*/**", "/a/b", true, true)]
    [InlineData("/a/**/*", "/a/b/c", false, true)]
    [InlineData("/a/b**", "/a", false, false)]
    [InlineData("/a/'**'", "/a", false, false)]
    [InlineData("/**", "/", true, true)]
    [InlineData("/*", "/", false, true)]
    public void Folder_is_covered_only_if_all_in_it_matches(string pattern, string folder, bool tree, bool children)
        => Assert.Equal((tree, children), (Glob(pattern).CoversTree(folder), Glob(pattern).CoversChildren(folder)));

    [Theory]
    [InlineData("/a/b/*", "/", true)]
    [InlineData("/a/b/*", "/a", true)]
    [InlineData("/a/b/*", "/a/b", true)]
    [InlineData("/a/b/*", "/a/bc", false)]
    [InlineData("/a/b/*", "/c", false)]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/**/b", "/c", true)]
    [InlineData("/a*/b", "/ac", true)]
    [InlineData("/a*/b", "/b", false)]
    public void Pattern_that_cannot_match_below_a_folder_is_known(string pattern, string folder, bool may)
        => Assert.Equal(may, Glob(pattern).MayMatchBelow(folder));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("**/a")]
    [InlineData("/a[")]
    public void Pattern_that_is_not_valid_is_an_error(string pattern) => Assert.Throws<FormatException>(() => Glob(pattern));

    private static PathGlob Glob(string pattern) => PathGlob.Parse(PatternText.Read(System.Text.Encoding.UTF8.GetBytes(pattern)));
}
