using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>Whole commands of the prompt.</summary>
public class ShellCompletenessTests
{
    [Theory]
    [InlineData("ls", true)]
    [InlineData("if a", false)]
    [InlineData("upper it's", true)]
    [InlineData("calc (1 + 2", true)]
    [InlineData(":get 'a", true)]
    [InlineData("f() a", true)]
    public async Task Text_is_judged_without_a_shell(string text, bool expected)
        => Assert.Equal(expected, await new ShellCompleteness(shell: null).IsCompleteAsync(text, CancellationToken.None).Within());

    [Theory]
    [InlineData("f() a", false)]
    [InlineData("ls", true)]
    public async Task Shell_decides_what_the_lexer_does_not_know(string text, bool expected)
        => Assert.Equal(expected, await new ShellCompleteness(new Never()).IsCompleteAsync(text, CancellationToken.None).Within());

    private sealed class Never : ICompleteness
    {
        public ValueTask<bool> IsCompleteAsync(string text, CancellationToken cancellationToken) => new(false);
    }
}
