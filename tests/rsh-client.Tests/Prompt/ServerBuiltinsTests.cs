using RemoteShell.Cli.Client.Prompt;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>The lines of a prompt that the server answers without a shell.</summary>
public class ServerBuiltinsTests
{
    [Theory]
    [InlineData("calc 1 + 2", "calc")]
    [InlineData("  who\t", "who")]
    [InlineData("help cd", "help")]
    [InlineData("calculate", null)]
    [InlineData("echo who", null)]
    [InlineData("\nwho", null)]
    [InlineData(";", null)]
    [InlineData("", null)]
    public void First_word_names_the_built_in(string line, string? expected) => Assert.Equal(expected, ServerBuiltins.NameOf(line));

    [Theory]
    [InlineData("help cd", "/bin/bash", true)]
    [InlineData("help -s cd", "/bin/bash", true)]
    [InlineData("help calc", "/bin/bash", false)]
    [InlineData("help", "/bin/bash", false)]
    [InlineData("help cd", "/bin/dash", false)]
    [InlineData("calc cd", "/bin/bash", false)]
    public void Help_of_a_command_that_is_not_the_servers_is_bashs(string line, string shell, bool expected)
        => Assert.Equal(expected, ServerBuiltins.AsksShellForHelp(line, shell));

    [Fact]
    public void Line_for_the_shell_names_no_built_in() => Assert.Null(ServerBuiltins.NameOf(ServerBuiltins.ToShell("who")));
}
