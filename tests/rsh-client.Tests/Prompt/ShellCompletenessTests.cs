using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Prompt.Syntax;

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
        => Assert.Equal(expected, await new ShellCompleteness(ask: null).IsCompleteAsync(text, CancellationToken.None).Within());

    [Theory]
    [InlineData("f() a", false)]
    [InlineData("ls", true)]
    public async Task Shell_decides_what_the_lexer_does_not_know(string text, bool expected)
        => Assert.Equal(expected, await new ShellCompleteness(NeverAsync).IsCompleteAsync(text, CancellationToken.None).Within());

    [Fact]
    public async Task Text_goes_on_in_another_row_when_the_shell_does_not_answer()
        => Assert.False(await new ShellCompleteness(SilentAsync).IsCompleteAsync("f() a", CancellationToken.None).Within());

    [Fact]
    public async Task Question_to_the_shell_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        Task<bool> asking = new ShellCompleteness(SilentAsync).IsCompleteAsync("f() a", cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Within());
    }

    private static async Task<SyntaxVerdict> SilentAsync(string text, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return SyntaxVerdict.Complete;
    }

    private static Task<SyntaxVerdict> NeverAsync(string text, CancellationToken cancellationToken)
        => Task.FromResult(SyntaxVerdict.Incomplete);
}
