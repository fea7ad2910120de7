using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>What a list of completions shows beside a name.</summary>
public class CompletionDescriptionTests
{
    [Theory]
    [InlineData(CompletionKind.Alias, "ls -l", "alias for ls -l")]
    [InlineData(CompletionKind.Alias, null, "alias")]
    [InlineData(CompletionKind.Function, null, "function")]
    [InlineData(CompletionKind.Builtin, null, "built-in")]
    [InlineData(CompletionKind.Builtin, "Calculate.", "Calculate.")]
    [InlineData(CompletionKind.Keyword, null, "reserved word")]
    [InlineData(CompletionKind.Program, "/bin/ls", "/bin/ls")]
    [InlineData(CompletionKind.Variable, "1", "1")]
    [InlineData(CompletionKind.Variable, null, null)]
    [InlineData(CompletionKind.File, null, null)]
    public void Description_has_the_kind_or_the_text_of_the_server(CompletionKind kind, string? told, string? expected)
        => Assert.Equal(expected, CompletionDescription.Of(new("x", kind) { Description = told }));

    [Fact]
    public void Long_value_of_a_variable_is_cut()
    {
        string? shown = CompletionDescription.Of(new("x", CompletionKind.Variable) { Description = new string('y', 4096) });
        Assert.Equal($"{new string('y', 81)}…", shown);
    }

    [Fact]
    public void Description_has_no_control_characters()
    {
        string? shown = CompletionDescription.Of(new("x", CompletionKind.Variable) { Description = "a\u001b[31m\nb\u202e" });
        Assert.DoesNotContain(shown!, c => char.IsControl(c) || c == '\u202e');
    }
}
