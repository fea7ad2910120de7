using System.Text;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>The length of a text that is kept of a job.</summary>
public class KeptTextTests
{
    [Theory]
    [InlineData("a", 1024, 1024)]
    [InlineData("a", 1025, 1024)]
    [InlineData("a", 300_000, 1024)]
    [InlineData("é", 512, 1024)]
    [InlineData("é", 513, 1023)]
    [InlineData("€", 341, 1023)]
    [InlineData("€", 342, 1023)]
    [InlineData("😀", 256, 1024)]
    [InlineData("😀", 257, 1023)]
    public void Text_is_cut_between_characters_to_at_most_1024_bytes(string character, int count, int expected)
    {
        string text = string.Concat(Enumerable.Repeat(character, count));
        string kept = KeptText.Of(text);
        Assert.Equal(expected, Encoding.UTF8.GetByteCount(kept));
        bool isWhole = Encoding.UTF8.GetByteCount(text) <= KeptText.MaxBytes;
        Assert.Equal(isWhole ? text : string.Concat(Enumerable.Repeat(character, (kept.Length - 1) / character.Length)) + "…", kept);
    }

    [Fact]
    public void Half_of_a_character_counts_as_the_replacement_character()
    {
        string kept = KeptText.Of(new string('\uD83D', 400));
        Assert.Equal(1023, Encoding.UTF8.GetByteCount(kept));
        Assert.EndsWith("…", kept);
    }

    [Fact]
    public void Short_text_is_the_same()
    {
        Assert.Equal("", KeptText.Of(""));
        Assert.Equal("echo hi", KeptText.Of("echo hi"));
    }
}
