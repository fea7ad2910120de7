using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using RemoteShell.Files.Names;
using RemoteShell.Files.Trees;

namespace RemoteShell.Files.Tests.Trees;

public class TreeFilterTests
{
    private static readonly string[] Rules =
    [
        "*.o", "foo*", "/a", "a/b", "a/**", "**/b", "a/**/b", "**", "*", "b/", "!a", "#a", @"\#a", @"\!a", "a ", @"a\ ", "a/", "[ab]",
        "[!a]", "[^a]", "[]a]", "[a-]", "[[:alpha:]]", "[[:digit:]", "[a", @"a\", @"\a", "?", "a?b", "", " ", "/", "//", "/*", "/*/", "!b/",
        "*a*a*b", "a//b", "***", "**/", "/**/b", "a/*/b", @"[\a]", "[b-a]", "ä", "a:b", "!", "!!a",
    ];

    [Fact]
    public void Rules_decide_as_git_does()
    {
        SkipWithoutGit();
        using var temporary = new TestFolder();
        temporary.Shell("git init -q .");
        var random = new Random(5);
        int rounds = TestSize.Of(40, 1000);
        for (int round = 0; round < rounds; round++)
        {
            string[] rules = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomRule(random))];
            string[] paths = [.. Enumerable.Range(0, 200).Select(_ => RandomPath(random)).Distinct()];
            File.WriteAllLines(temporary[".git/info/exclude"], rules);
            HashSet<string> ignored = Ignored(temporary, paths);
            TreeFilter filter = TreeFilter.Of(rules);
            foreach (string path in paths)
            {
                bool isExcluded = filter.Excludes(RelativePath.Unescape(path), isFolder: false);
                string why = $"{path} with the rules {string.Join(" | ", rules.Select(rule => $"'{rule}'"))}";
                Assert.True(isExcluded == ignored.Contains(path), $"{why}: git says {ignored.Contains(path)}");
            }
        }
    }

    [Theory]
    [InlineData("build/", "build", true, true)]
    [InlineData("build/", "build", false, false)]
    [InlineData("build/", "build/x", false, true)]
    [InlineData("*.log", "a/b/c.log", false, true)]
    [InlineData("x/a**b", "x/a-b", false, true)]
    [InlineData("x/a**b", "x/a/b", false, false)]
    [InlineData("a?b", @"a\xffb", false, true)]
    public void Rule_excludes_what_it_says(string rule, string path, bool isFolder, bool isExcluded)
        => Assert.Equal(isExcluded, TreeFilter.Of([rule]).Excludes(RelativePath.Unescape(path), isFolder));

    [Fact]
    public void Hostile_rule_takes_no_more_than_its_length_times_that_of_the_name()
    {
        string stars = string.Concat(Enumerable.Repeat("*a", 100)), folders = string.Concat(Enumerable.Repeat("**/a/", 50));
        TreeFilter filter = TreeFilter.Of([stars + "b", folders + "b"]);
        RelativePath path = RelativePath.Empty;
        for (int i = 0; i < 60; i++)
            path = path.Append(FileName.Of("a"));
        path = path.Append(FileName.Of(new string('a', 255)));
        long start = Stopwatch.GetTimestamp();
        Assert.False(filter.Excludes(path, isFolder: false));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static string RandomRule(Random random)
    {
        if (random.Next(2) == 0)
            return Rules[random.Next(Rules.Length)];
        const string symbols = @"ab*/ab*/?[]!-\ .:#ä";
        while (true)
        {
            // git compares addresses of two buffers to find out what is before two stars, so its answer is not certain there.
            string rule = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => symbols[random.Next(symbols.Length)]));
            if (!Regex.IsMatch(rule, @"[^/*]\*\*"))
                return rule;
        }
    }

    private static string RandomPath(Random random)
    {
        const string symbols = "abab/c:.#! -";
        while (true)
        {
            string path = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => symbols[random.Next(symbols.Length)]));
            if (path.Split('/').All(name => name is not ("" or "." or "..")))
                return path;
        }
    }

    private static HashSet<string> Ignored(TestFolder temporary, string[] paths)
    {
        // Without './' a colon at the beginning has a meaning for git.
        File.WriteAllText(temporary[".git/paths"], string.Concat(paths.Select(path => $"./{path}\0")));
        byte[] output = temporary.Shell("git check-ignore --no-index -z --stdin <.git/paths || test $? = 1");
        return [.. Encoding.UTF8.GetString(output).Split('\0').Where(path => path.Length > 0).Select(path => path[2..])];
    }

    private static void SkipWithoutGit()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, "git"))), "needs git");
    }
}
