using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>The colours of a command.</summary>
public class LineColoursTests
{
    [Theory]
    [InlineData("ls -l", "Command:ls")]
    [InlineData("lx -l", "UnknownCommand:lx")]
    [InlineData("later x", "")]
    [InlineData("/bin/later x", "Command:/bin/later")]
    [InlineData("ls 'a b' \"c\" d", "Command:ls String:'a b' String:\"c\"")]
    [InlineData("ls \"a $b c\"", "Command:ls String:\"a  Variable:$b String: c\"")]
    [InlineData("ls 'a b", "Command:ls String:'a b")]
    [InlineData(
        "if ls; then lx; fi # c",
        "Keyword:if Command:ls Operator:; Keyword:then UnknownCommand:lx Operator:; Keyword:fi Comment:# c")]
    [InlineData("ls | ls > x", "Command:ls Operator:| Command:ls Operator:>")]
    [InlineData("a=1 ls $a ${b}", "Variable:a Command:ls Variable:$a Variable:${b}")]
    [InlineData("ls $(lx a)", "Command:ls Operator:$( UnknownCommand:lx Operator:)")]
    [InlineData("ls \"$(ls 'a'", "Command:ls String:\" Operator:$( Command:ls String:'a'")]
    [InlineData("ls <<E\na $b\nE", "Command:ls Operator:<< String:a $b\n Operator:E")]
    [InlineData(":get a", "Keyword::get")]
    [InlineData("!ls a", "Operator:! Command:ls")]
    [InlineData("$x a", "Variable:$x")]
    [InlineData("l's' a", "Command:l String:'s'")]
    [InlineData("", "")]
    public void Parts_have_their_colours(string text, string expected)
    {
        IReadOnlyList<ColouredSpan> spans = new LineColours(Known, [":get"]).Colour(text);
        Assert.Equal(expected, string.Join(' ', spans.Select(span => $"{span.Kind}:{text.Substring(span.Start, span.Length)}")));
    }

    [Fact]
    public void Any_text_has_spans_in_order_without_overlaps()
    {
        var texts = new RandomTexts(10);
        for (int i = 0; i < TestSize.Of(2_000, 50_000); i++)
        {
            string text = texts.Next(isExtended: true);
            int end = 0;
            foreach (ColouredSpan span in new LineColours(Known, [":get"]).Colour(text))
            {
                Assert.InRange(span.Start, end, text.Length);
                end = span.Start + span.Length;
                Assert.InRange(end, span.Start + 1, text.Length);
            }
        }
    }

    private static bool? Known(string name) => name switch
    {
        "ls" => true,
        "later" => null,
        _ => false,
    };
}
