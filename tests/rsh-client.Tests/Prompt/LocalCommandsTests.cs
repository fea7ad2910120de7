using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Commands;
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
        => Assert.Equal(expected.Split(expected.Contains('|') ? '|' : ' '), Arguments(line, "h", folder: null));

    [Theory]
    [InlineData(":put --bwlimit 8M x d", "put --bwlimit 8M x h:d")]
    [InlineData(":put --bwlimit 8M x", "put --bwlimit 8M x h:")]
    [InlineData(":put x --exclude a:b d --digest sha256", "put x --exclude a:b h:d --digest sha256")]
    [InlineData(":put -rz --exclude=*.o --include k.o x d", "put -rz --exclude=*.o --include k.o x h:d")]
    [InlineData(":put --connect-timeout 3s x", "put --connect-timeout 3s x h:")]
    [InlineData(":put -- -x", "put -- ./-x h:")]
    [InlineData(":put '-x' \\-y", "put ./-x h:-y")]
    [InlineData(":get '-x'", "get h:'-x'")]
    [InlineData(":get --exclude '*.o' -r d", "get --exclude *.o -r h:d")]
    [InlineData(":get --exclude '*.o' -r d l", "get --exclude *.o -r h:d l")]
    [InlineData(":get -r d l --exclude-from p", "get -r h:d l --exclude-from p")]
    [InlineData(":get -- -x -y", "get -- h:-x ./-y")]
    [InlineData(":kill --signal TERM 5f0c", "kill --signal TERM h 5f0c")]
    [InlineData(":kill 5f0c -s TERM", "kill h 5f0c -s TERM")]
    [InlineData(":attach --from stdout=3 5f0c", "attach --from stdout=3 h 5f0c")]
    public void Value_of_an_option_is_not_a_file_or_a_job(string line, string expected)
        => Assert.Equal(expected.Split(' '), Arguments(line, "h", folder: null));

    [Fact]
    public void Tilde_in_the_value_of_an_option_is_the_local_home()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] expected = ["get", "--exclude-from", $"{home}/p", "h:~/f"];
        Assert.Equal(expected, Arguments(":get --exclude-from ~/p ~/f", "h", folder: null));
    }

    [Theory]
    [InlineData("f", "h:/tmp/f")]
    [InlineData("/f", "h:/f")]
    [InlineData("~/f", "h:~/f")]
    public void Relative_file_is_in_the_remote_folder(string file, string expected)
        => Assert.Equal(["get", expected], Arguments($":get {file}", "h", "/tmp"));

    [Fact]
    public void Files_of_put_go_into_the_remote_folder()
    {
        Assert.Equal(["put", "a", "h:/tmp/"], Arguments(":put a", "h", "/tmp"));
        Assert.Equal(["put", "a", "h:/tmp/b"], Arguments(":put a b", "h", "/tmp"));
    }

    [Fact]
    public void Remote_folder_is_not_a_part_of_the_pattern()
        => Assert.Equal(["get", "h:/a\\[b\\]/*.log"], Arguments(":get *.log", "h", "/a[b]"));

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
        Assert.Null(Arguments(line, "h", folder: null));
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
        var refused = Assert.Throws<FormatException>(() => Arguments(line, "h", folder: null));
        Assert.Contains($"'{named}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":get", "usage: :get FILE… [LOCAL]")]
    [InlineData(":put", "usage: :put FILE… [REMOTE]")]
    [InlineData(":attach a b", "usage: :attach JOB")]
    [InlineData(":kill", "usage: :kill [--signal=NAME] JOB")]
    [InlineData(":kill --signal TERM", "usage: :kill [--signal=NAME] JOB")]
    [InlineData(":put --bwlimit 8M", "usage: :put FILE… [REMOTE]")]
    [InlineData(":get --nonsense f", "there is no option '--nonsense' for get")]
    [InlineData(":attach", "usage: :attach JOB")]
    [InlineData(":jobs x", "usage: :jobs [--running]")]
    [InlineData(":jobs | wc -l", ":jobs takes no pipes or redirections")]
    [InlineData(":help get", ":help takes no arguments")]
    public void Wrong_arguments_are_refused_in_the_words_of_the_prompt(string line, string expected)
    {
        var refused = Assert.ThrowsAny<FormatException>(
            () => LocalCommands.AsksForHelp(line) ? null : Arguments(line, "h", folder: null));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":get --help", "get|--help")]
    [InlineData(":get f -", "get|h:f|-")]
    public void Help_and_the_standard_output_count_as_they_should(string line, string expected)
        => Assert.Equal(expected.Split('|'), Arguments(line, "h", folder: null));

    [Theory]
    [InlineData(":get 'a")]
    [InlineData(":get \"a")]
    [InlineData(":get a\\")]
    public void Open_quote_after_a_word_of_the_prompt_is_refused(string line)
        => Assert.Throws<FormatException>(() => Arguments(line, "h", folder: null));

    [Theory]
    [InlineData(":exit")]
    [InlineData(" :quit ")]
    public void Prompt_is_left_by_its_own_words(string line)
    {
        Assert.True(LocalCommands.Leaves(line));
        Assert.Null(Arguments(line, "h", folder: null));
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

    private static IReadOnlyList<string>? Arguments(string line, string host, string? folder)
    {
        OwnCommands own = UnusedCommands.Own;
        var root = new RootCommand
        {
            PutCommand.Create(own, []), GetCommand.Create(own, []), JobsCommand.Create(own, []), KillCommand.Create(),
            AttachCommand.Create(own),
        };
        return LocalCommands.Arguments(line, host, folder, new CommandLine("rsh-client", root).Operands);
    }
}
