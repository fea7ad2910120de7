using RemoteShell.Cli.Client.Prompt;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>The words of the prompt.</summary>
public class LocalCommandsTests
{
    [Theory]
    [InlineData(":get file", "get h:file")]
    [InlineData(":get my\\ dir/f1 -", "get|h:my dir/f1|-")]
    [InlineData(":get 'a b' \"c d\"", "get|h:'a b'|c d")]
    [InlineData(":get --quiet 'it'\\''s'", "get|--quiet|h:'it'\\''s'")]
    [InlineData(":get my\\ dir/*.log '*.gz' logs", "get|h:my\\ dir/*.log|h:'*.gz'|logs")]
    [InlineData(":get -r a b:c", "get -r h:a ./b:c")]
    [InlineData(":get $'a*b'", "get h:a\\*b")]
    [InlineData(":put file", "put file h:")]
    [InlineData(":put -r a 'b c' d", "put|-r|a|b c|h:d")]
    [InlineData(":put a:b ~/x", "put ./a:b h:~/x")]
    [InlineData("  :jobs  ", "jobs h")]
    [InlineData(":jobs --running # mine", "jobs --running h")]
    [InlineData(":attach 5f0c", "attach h 5f0c")]
    [InlineData(":kill --signal=TERM 5f0c", "kill --signal=TERM h 5f0c")]
    [InlineData(":get $'a\\tb'", "get|h:a\tb")]
    [InlineData(":get ~/x", "get h:~/x")]
    public void Word_of_the_prompt_gives_arguments(string line, string expected)
        => Assert.Equal(expected.Split(expected.Contains('|') ? '|' : ' '), LocalCommands.Arguments(line, "h", folder: null));

    [Theory]
    [InlineData("f", "h:/tmp/f")]
    [InlineData("/f", "h:/f")]
    [InlineData("~/f", "h:~/f")]
    public void Relative_file_is_in_the_remote_folder(string file, string expected)
        => Assert.Equal(["get", expected], LocalCommands.Arguments($":get {file}", "h", "/tmp"));

    [Fact]
    public void Files_of_put_go_into_the_remote_folder()
    {
        Assert.Equal(["put", "a", "h:/tmp/"], LocalCommands.Arguments(":put a", "h", "/tmp"));
        Assert.Equal(["put", "a", "h:/tmp/b"], LocalCommands.Arguments(":put a b", "h", "/tmp"));
    }

    [Fact]
    public void Remote_folder_is_not_a_part_of_the_pattern()
        => Assert.Equal(["get", "h:/a\\[b\\]/*.log"], LocalCommands.Arguments(":get *.log", "h", "/a[b]"));

    [Theory]
    [InlineData("kill -9 1")]
    [InlineData("jobs | wc -l")]
    [InlineData("get file")]
    [InlineData("exit 3")]
    [InlineData("quit")]
    [InlineData("help")]
    [InlineData(": ")]
    [InlineData(":")]
    [InlineData(": get x")]
    [InlineData(":(){ :|:& };:")]
    [InlineData(":foo")]
    [InlineData(":getx a")]
    [InlineData(":get;ls")]
    [InlineData("echo :get x")]
    [InlineData("':get' x")]
    [InlineData("")]
    public void Other_lines_are_for_the_shell(string line)
    {
        Assert.Null(LocalCommands.WordOf(line));
        Assert.Null(LocalCommands.Arguments(line, "h", folder: null));
        Assert.False(LocalCommands.Leaves(line));
        Assert.False(LocalCommands.AsksForHelp(line));
    }

    [Theory]
    [InlineData(":jobs | wc -l", "|")]
    [InlineData(":get a > b", ">")]
    [InlineData(":get $HOME/a", "$HOME")]
    [InlineData(":get \"$a\"", "$a")]
    [InlineData(":get `a`", "`a`")]
    [InlineData(":kill 1; ls", ";")]
    [InlineData(":kill 1 &", "&")]
    [InlineData(":get a\nls", "\\n")]
    public void Shell_syntax_after_a_word_of_the_prompt_is_refused(string line, string named)
    {
        var refused = Assert.Throws<FormatException>(() => LocalCommands.Arguments(line, "h", folder: null));
        Assert.Contains($"'{named}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":get", "usage: :get FILE… [LOCAL]")]
    [InlineData(":put", "usage: :put FILE… [REMOTE]")]
    [InlineData(":attach a b", "usage: :attach JOB")]
    [InlineData(":kill", "usage: :kill [--signal=NAME] JOB")]
    [InlineData(":kill --signal TERM 5f0c", "usage: :kill [--signal=NAME] JOB")]
    [InlineData(":attach", "usage: :attach JOB")]
    [InlineData(":jobs x", "usage: :jobs [--running]")]
    [InlineData(":jobs | wc -l", ":jobs takes no pipes or redirections")]
    [InlineData(":help get", ":help takes no arguments")]
    public void Wrong_arguments_are_refused_in_the_words_of_the_prompt(string line, string expected)
    {
        var refused = Assert.Throws<FormatException>(
            () => LocalCommands.AsksForHelp(line) ? null : LocalCommands.Arguments(line, "h", folder: null));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":get --help", "get|--help")]
    [InlineData(":get f -", "get|h:f|-")]
    public void Help_and_the_standard_output_count_as_they_should(string line, string expected)
        => Assert.Equal(expected.Split('|'), LocalCommands.Arguments(line, "h", folder: null));

    [Theory]
    [InlineData(":get 'a")]
    [InlineData(":get \"a")]
    [InlineData(":get a\\")]
    public void Open_quote_after_a_word_of_the_prompt_is_refused(string line)
        => Assert.Throws<FormatException>(() => LocalCommands.Arguments(line, "h", folder: null));

    [Theory]
    [InlineData(":exit")]
    [InlineData(" :quit ")]
    public void Prompt_is_left_by_its_own_words(string line)
    {
        Assert.True(LocalCommands.Leaves(line));
        Assert.Null(LocalCommands.Arguments(line, "h", folder: null));
    }

    [Fact]
    public void Words_without_arguments_refuse_them()
    {
        Assert.Throws<FormatException>(() => LocalCommands.Leaves(":exit 3"));
        Assert.Throws<FormatException>(() => LocalCommands.AsksForHelp(":help get"));
    }

    [Fact]
    public void Help_names_each_word_of_the_prompt()
    {
        Assert.True(LocalCommands.AsksForHelp(":help"));
        Assert.All(LocalCommands.Names, name => Assert.Contains(name, LocalCommands.Help, StringComparison.Ordinal));
        Assert.All(LocalCommands.Help.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }
}
