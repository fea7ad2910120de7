using System.Diagnostics;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Patterns;

namespace RemoteShell.Files.Tests.Patterns;

public class PathPatternTests
{
    // The right sides are those of bash 5.2 with globstar and nullglob, in this tree, sorted, without the folder itself for **.
    public static TheoryData<string, string> Table => new()
    {
        { "*", "a a.log b.log d e" },
        { ".*", ".h" },
        { "*.log", "a.log b.log" },
        { "?.log", "a.log b.log" },
        { "[ab].log", "a.log b.log" },
        { "[!a].log", "b.log" },
        { "[^a].log", "b.log" },
        { "[b-z].log", "b.log" },
        { "[[:alpha:]].log", "a.log b.log" },
        { "[", "" },
        { "[ab", "" },
        { "none*", "" },
        { "d/*", "d/c.log d/f" },
        { "*/c.log", "d/c.log e/c.log" },
        { "d/*/g*", "d/f/g.log" },
        { "*/", "d/ e/" },
        { "**/*.log", "a.log b.log d/c.log d/f/g.log" },
        { "d/**", "d/c.log d/f d/f/g.log" },
        { "**/f/**/g*", "d/f/g.log" },
        { "{a,b}.log", "a.log b.log" },
        { "{b,a}.l*", "a.log b.log" },
        { "{a.l*,d/{c.l*,f}}", "a.log d/c.log d/f" },
        { "{,d/}[ac].log", "a.log d/c.log" },
        { "{a}*", "" },
        { "{a,none}", "a none" },
        { "a.lo[g]", "a.log" },
        { "\\*", "*" },
        { "'*'", "*" },
        { "a'.'l*", "a.log" },
        { "\"a\".*", "a.log" },
        { "d/../*.log", "d/../a.log d/../b.log" },
        { "./*.log", "./a.log ./b.log" },
        { "ü*", "" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Pattern_expands_as_in_a_shell(string pattern, string expected)
    {
        using TestFolder temporary = Tree();
        foreach (FileRoot root in (FileRoot[])[FileRoot.Home(temporary.Path), FileRoot.Below(temporary.Path)])
            Assert.Equal(expected, string.Join(' ', PathPattern.Expand(root, pattern).Select(Encoding.UTF8.GetString)));
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("a*", true)]
    [InlineData(@"a\*", false)]
    [InlineData("'a*'", false)]
    [InlineData("a'b", false)]
    [InlineData("{a,b}", true)]
    [InlineData("{a}", false)]
    [InlineData("'{'a,b}", false)]
    [InlineData("x[1]", true)]
    [InlineData("a?", true)]
    public void Pattern_is_told_from_a_literal_path(string text, bool isPattern) => Assert.Equal(isPattern, PathPattern.IsPattern(text));

    [Theory]
    [InlineData(@"a\ b", "a b")]
    [InlineData("'a*'b", "a*b")]
    [InlineData("\"a\\\"b\\c\"", "a\"b\\c")]
    [InlineData("it's", "it's")]
    [InlineData(@"\~x", "./~x")]
    [InlineData("~/x", "~/x")]
    [InlineData(@"end\", @"end\")]
    public void Literal_is_the_path_without_its_quotes(string text, string path)
        => Assert.Equal(path, Encoding.UTF8.GetString(PathPattern.Literal(text)));

    [Fact]
    public void Character_is_a_whole_one_and_a_byte_that_is_not_utf8_counts_as_one()
    {
        using var temporary = new TestFolder();
        temporary.Folder.MakeLink(FileName.Of("😀"), "x"u8);
        temporary.Folder.MakeLink(FileName.Of([0xff]), "x"u8);
        temporary.Folder.MakeLink(FileName.Of("ab"), "x"u8);
        IReadOnlyList<byte[]> found = PathPattern.Expand(FileRoot.Home(temporary.Path), "?");
        Assert.Equal(["F09F9880", "FF"], found.Select(Convert.ToHexString));
    }

    [Fact]
    public void Name_that_begins_with_a_tilde_does_not_become_a_home_folder()
    {
        using var temporary = new TestFolder();
        temporary.Write("~root", "x");
        FileRoot root = FileRoot.Home(temporary.Path);
        byte[] path = Assert.Single(PathPattern.Expand(root, "*"));
        Assert.Equal("./~root"u8.ToArray(), path);
        using FileLocation location = root.Locate(path);
        Assert.Equal(1, location.TryStat()?.Size);
        Assert.Equal("~/~root"u8.ToArray(), Assert.Single(PathPattern.Expand(root, "~/*")));
    }

    [Fact]
    public void Bounded_pattern_finds_nothing_outside()
    {
        using TestFolder temporary = Tree();
        temporary.Shell("ln -s .. d/up; ln -s \"$PWD\" d/absolute");
        FileRoot root = FileRoot.Below(temporary["d"]);
        Assert.Empty(PathPattern.Expand(root, "../*"));
        Assert.Empty(PathPattern.Expand(root, "up/*"));
        Assert.Empty(PathPattern.Expand(root, "absolute/*"));
        Assert.Equal(["/c.log"], PathPattern.Expand(root, "/*.log").Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public void Hostile_pattern_ends_soon()
    {
        using var temporary = new TestFolder();
        temporary.Write(new string('a', 250), "");
        temporary.Shell("mkdir -p " + string.Join('/', Enumerable.Repeat("d", 30)));
        FileRoot root = FileRoot.Home(temporary.Path);
        long start = Stopwatch.GetTimestamp();
        Assert.Empty(PathPattern.Expand(root, string.Concat(Enumerable.Repeat("*a", 100)) + "b"));
        Assert.Empty(PathPattern.Expand(root, string.Concat(Enumerable.Repeat("**/", 20)) + "x"));
        Assert.Throws<FormatException>(() => PathPattern.Expand(root, string.Concat(Enumerable.Repeat("{a,b}", 40))));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    // 'e' is a link to a folder: a pattern enters it, but ** does not.
    private static TestFolder Tree()
    {
        var temporary = new TestFolder();
        temporary.Shell("mkdir -p d/f; touch a a.log b.log .h d/c.log d/.h d/f/g.log; ln -s d e");
        return temporary;
    }
}
