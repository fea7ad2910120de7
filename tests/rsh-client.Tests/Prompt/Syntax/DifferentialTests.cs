using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>The verdicts of the lexer are those of real shells, unless it says that it does not know.</summary>
public class DifferentialTests
{
    private static readonly int Count = TestSize.Of(400, 3_000);

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("RSH_TEST_SEED"), out int seed) ? seed : 7;

    [Fact]
    public async Task Verdicts_on_random_texts_agree_with_bash()
    {
        var random = new RandomTexts(Seed);
        await CompareAsync("bash", [.. Enumerable.Range(0, Count).Select(_ => random.Next(isExtended: true))], minCertain: Count / 20);
    }

    [Fact]
    public async Task Verdicts_on_random_texts_agree_with_dash()
    {
        var random = new RandomTexts(Seed + 1);
        await CompareAsync("dash", [.. Enumerable.Range(0, Count).Select(_ => random.Next(isExtended: false))], minCertain: Count / 20);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("dash")]
    [InlineData("busybox ash")]
    [InlineData("mksh")]
    public async Task Verdicts_on_parts_of_whole_texts_agree_with_the_shell(string shell)
    {
        var random = new GrammaticalTexts(Seed);
        await CompareAsync(shell, [.. Enumerable.Range(0, Count / 2).Select(_ => random.Next())], minCertain: Count / 3);
    }

    private static async Task CompareAsync(string shell, IReadOnlyList<string> texts, int minCertain)
    {
        Assert.SkipUnless(RealShell.IsThere(shell), $"{shell} is not installed");
        IReadOnlyList<SyntaxVerdict> said = await RealShell.VerdictsAsync(shell, texts);
        var wrong = new List<string>();
        int certain = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            SyntaxVerdict ours = Completeness.Of(texts[i]);
            certain += ours == SyntaxVerdict.Unknown ? 0 : 1;
            bool isWrong = ours switch
            {
                SyntaxVerdict.Complete => said[i] == SyntaxVerdict.Incomplete,
                SyntaxVerdict.Incomplete => said[i] != SyntaxVerdict.Incomplete && !IsAcceptedOpen(shell, texts[i], said[i]),
                _ => false,
            };
            if (isWrong)
                wrong.Add($"{ours}, but {shell} says {said[i]}: {Escaped(texts[i])}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(certain >= minCertain, $"only {certain} verdicts are certain");
    }

    // Shells accept a backslash at the end of the text. All but bash accept a heredoc without its end; some read its expansions at once.
    // mksh accepts a function without its body.
    private static bool IsAcceptedOpen(string shell, string text, SyntaxVerdict said)
        => (said == SyntaxVerdict.Complete && text.TrimEnd('\n').EndsWith('\\'))
            || (shell != "bash" && text.Contains("<<", StringComparison.Ordinal))
            || (shell == "mksh" && text.TrimEnd().EndsWith("()", StringComparison.Ordinal));

    private static string Escaped(string text) => text.Replace("\n", "\\n", StringComparison.Ordinal);
}
