using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd;

/// <summary>The manual pages, and the options that they must have.</summary>
public sealed class ManualTests
{
    [Theory]
    [InlineData("rsh-client manual")]
    [InlineData("rsh-client manual rsh-client-config")]
    [InlineData("rsh-client manual rsh-ssh")]
    [InlineData("rsh-server manual")]
    [InlineData("rsh-broker manual")]
    public async Task Page_is_formatted_without_a_warning(string command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/man"), "needs /usr/bin/man, which is not installed");
        await using var programs = new Programs();
        string[] words = command.Split(' ');
        Output page = await programs.RunAsync(words[0], words[1..], "");
        Assert.Equal((0, ""), (page.Status, page.Error));
        Output warned = await programs.ShellAsync("MANWIDTH=78 man --warnings -E UTF-8 -l - 2>&1 >/dev/null", page.Text);
        Assert.Equal("", warned.Text);
        Output shown = await programs.ShellAsync("MANWIDTH=78 man -P cat -E UTF-8 -l - | col -b", page.Text);
        Assert.Contains("SYNOPSIS", shown.Text);
        Assert.Contains("SEE ALSO", shown.Text);
    }

    [Fact]
    public async Task Each_option_of_each_command_is_in_its_section_of_the_manual()
    {
        await using var programs = new Programs();
        foreach (string program in (string[])["rsh-client", "rsh-server", "rsh-broker"])
        {
            Output page = await programs.RunAsync(program, ["manual"], "");
            string manual = page.Text.Replace("\\-", "-", StringComparison.Ordinal).Replace("\\(aq", "'", StringComparison.Ordinal);
            var missing = new List<string>();
            int count = 0;
            foreach (string command in await CommandsAsync(programs, program, []))
            {
                string help = (await programs.RunAsync(program, [.. command.Split(' '), "--help"], "")).Text;
                string section = SectionOf($"{program} {command}", manual);
                if (help.Contains("Connection options, as", StringComparison.Ordinal))
                    section += SectionOf("CONNECTION OPTIONS", manual);
                string[] options = [.. OptionsOf(help)];
                count += options.Length;
                missing.AddRange(options
                    .Where(name => !Regex.IsMatch(section, $"(?m)^\\.B .*(?<![a-z-]){Regex.Escape(name)}(?![a-z-])"))
                    .Select(name => $"{program} {command} {name}"));
            }

            Assert.Equal([], missing);
            Assert.True(count > 20, $"{program} has only {count} options");
        }
    }

    // What begins the lines of the options, and the names of the options that the help only lists.
    private static IEnumerable<string> OptionsOf(string help)
    {
        const string one = "--?[a-zA-Z][a-z-]*";
        IEnumerable<string> begun = Regex.Matches(help, $"(?m)^ {{1,6}}({one}(?:, {one})*)")
            .SelectMany(line => line.Groups[1].Value.Split(", "));
        string listed = Regex.Match(help, "Connection options, as .*:\n((?: .*\n)+)").Groups[1].Value;
        return begun.Concat(Regex.Matches(listed, one).Select(name => name.Value)).Except(["-h", "--help", "--version"]);
    }

    private static string SectionOf(string title, string manual)
    {
        Match begin = Regex.Match(manual, $"(?m)^\\.S[SH] \"{Regex.Escape(title)}[ \"].*$");
        Assert.True(begin.Success, $"the manual has no section {title}");
        string rest = manual[(begin.Index + begin.Length)..];
        Match end = Regex.Match(rest, "(?m)^\\.S[SH] ");
        return end.Success ? rest[..end.Index] : rest;
    }

    // The commands that the lists of the help pages show, with those inside of others.
    private static async Task<IReadOnlyList<string>> CommandsAsync(Programs programs, string program, string[] words)
    {
        string help = (await programs.RunAsync(program, [.. words, "--help"], "")).Text;
        List<string> all = words.Length > 0 ? [string.Join(' ', words)] : [];
        foreach (Match line in Regex.Matches(help, "(?m)^  ([a-z]+(?:-[a-z]+)*)(?: <[^>]*>)?  +[A-Z]"))
            all.AddRange(await CommandsAsync(programs, program, [.. words, line.Groups[1].Value]));
        return all;
    }
}
