using System.Diagnostics;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Tests.Telemetry;

/// <summary>The field <c>traceparent</c>, as W3C Trace Context defines it.</summary>
public class TraceparentTests
{
    private const string Valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(Valid)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later")]
    public void Valid_text_names_a_span(string text)
    {
        ActivityContext parent = RequestSpan.ParentOf(text);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", parent.TraceId.ToHexString());
        Assert.Equal("b7ad6b7169203331", parent.SpanId.ToHexString());
        Assert.True(parent.IsRemote);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0")]
    public void Text_of_another_form_counts_as_absent(string? text) => Assert.Equal(default, RequestSpan.ParentOf(text));

    [Fact]
    public void Each_change_of_a_hyphen_or_of_a_digit_to_another_character_counts_as_absent()
    {
        for (int i = 0; i < Valid.Length; i++)
        {
            foreach (char wrong in "+gA \0é")
                Assert.Equal(default, RequestSpan.ParentOf($"{Valid[..i]}{wrong}{Valid[(i + 1)..]}"));
        }
    }
}
