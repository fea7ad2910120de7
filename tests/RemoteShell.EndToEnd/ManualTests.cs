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
    public async Task Each_option_that_a_help_page_has_is_in_the_manual()
    {
        await using var programs = new Programs();
        foreach (string program in (string[])["rsh-client", "rsh-server", "rsh-broker"])
        {
            string manual = (await programs.RunAsync(program, ["manual"], "")).Text.Replace("\\-", "-", StringComparison.Ordinal);
            foreach (string command in Commands((await programs.RunAsync(program, ["--help"], "")).Text))
            {
                string help = (await programs.RunAsync(program, [.. command.Split(' '), "--help"], "")).Text;
                foreach (Match option in Regex.Matches(help, "(?m)^ +(?:-., +)?(--[a-z][a-z-]*)"))
                    Assert.True(option.Value.Contains("--help") || manual.Contains(option.Groups[1].Value), $"{command}: {option.Value}");
            }
        }
    }

    // The commands that the list of the program's help shows, and those of "file".
    private static IEnumerable<string> Commands(string help)
    {
        string[] names = [.. Regex.Matches(help, "(?m)^  ([a-z]+)(?: <[^>]*>)?  +[A-Z]").Select(match => match.Groups[1].Value)];
        Assert.Contains(names, name => name is "run" or "serve");
        return names.SelectMany(name => name == "file" ? (string[])["file ls", "file rm", "file mv"] : [name]);
    }
}
