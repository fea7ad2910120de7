using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>The options of a shell that its check of a text gets.</summary>
public class ParserOptionsTests
{
    [Theory]
    [InlineData("", "", "+O extglob +o posix")]
    [InlineData("cmdhist:extglob:extquote", "verbose:xtrace:noexec", "-O extglob +o posix")]
    [InlineData("extglob", "posix", "-O extglob -o posix")]
    [InlineData("noextglob:extglobs", "posixly", "+O extglob +o posix")]
    public void Only_extglob_and_posix_of_bash_are_passed_on(string shell, string set, string expected)
        => Assert.Equal(expected, string.Join(' ', ParserOptions.Of("/bin/bash", [shell, set])!));

    [Fact]
    public void Only_options_for_the_parser_of_zsh_are_passed_on()
    {
        string arguments = string.Join(' ', ParserOptions.Of("/bin/zsh", ["verbose exec ignorebraces interactive shortloops"])!);
        Assert.Contains("-o ignorebraces", arguments, StringComparison.Ordinal);
        Assert.Contains("-o shortloops", arguments, StringComparison.Ordinal);
        Assert.Contains("+o shglob", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("verbose", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("exec", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("interactive", arguments, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/bash", "cmdhist:ext…", "")]
    [InlineData("/bin/zsh", "text of the user")]
    [InlineData("/bin/zsh", "exec ignorebr…")]
    [InlineData("/bin/dash")]
    public void Options_that_are_not_told_are_not_guessed(string shell, params string[] values)
        => Assert.Null(ParserOptions.Of(shell, values));

    [Theory]
    [InlineData("/bin/dash")]
    [InlineData("/bin/ksh")]
    [InlineData("/bin/mksh")]
    [InlineData("/bin/busybox")]
    public void Other_shells_are_not_asked(string shell) => Assert.Empty(ParserOptions.VariablesOf(shell));
}
