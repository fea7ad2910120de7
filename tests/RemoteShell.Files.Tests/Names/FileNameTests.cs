using System.Text;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Tests.Names;

public class FileNameTests
{
    public static TheoryData<string> Invalid => ["", ".", "..", "a/b", "/", "a\0", new string('x', 256)];

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Name_is_refused_if_no_file_can_have_it(string text)
    {
        Assert.False(FileName.IsValid(Encoding.UTF8.GetBytes(text)));
        Assert.Throws<FormatException>(() => FileName.Of(text));
        Assert.Throws<FormatException>(() => FileName.Unescape(text));
    }

    [Fact]
    public void Odd_name_survives_its_escaped_text()
        => Assert.All(OddNames.All, name => Assert.Equal(name, FileName.Unescape(name.Escaped)));

    [Fact]
    public void Random_bytes_survive_their_escaped_text()
    {
        var random = new Random(17);
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            // Backslashes, x and digits often, so that escapes inside of names occur.
            for (int at = 0; at < bytes.Length && i % 2 == 0; at++)
                bytes[at] = random.Next(3) == 0 ? bytes[at] : (byte)@"\xfe80"[bytes[at] % 6];
            Assert.Equal(bytes, EscapedBytes.ToBytes(EscapedBytes.Of(bytes)));
        }
    }

    [Fact]
    public void Escaped_text_shows_valid_utf8_as_it_is_and_other_bytes_in_hex()
    {
        Assert.Equal("grün", FileName.Of("grün").Escaped);
        Assert.Equal(@"a\xff\\b", FileName.Of([(byte)'a', 0xff, (byte)'\\', (byte)'b']).ToString());
    }

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"a\n")]
    [InlineData(@"\x4")]
    [InlineData(@"\xzz")]
    [InlineData(@"a\x2fb")]
    [InlineData(@"\x00")]
    public void Text_with_an_unknown_escape_or_a_hidden_slash_is_refused(string text)
        => Assert.Throws<FormatException>(() => FileName.Unescape(text));

    [Fact]
    public void Text_with_half_a_surrogate_pair_is_refused() => Assert.Throws<FormatException>(() => FileName.Unescape("a\ud800"));

    [Fact]
    public void Names_are_ordered_by_their_bytes()
    {
        FileName[] ordered = [.. OddNames.All.Order()];
        Assert.Equal(ordered, OddNames.All.OrderBy(name => Convert.ToHexString(name.Bytes), StringComparer.Ordinal));
        Assert.True(FileName.Of("B") < FileName.Of("a"));
    }

    [Fact]
    public void Path_survives_its_escaped_text()
    {
        RelativePath path = OddNames.All.Aggregate(RelativePath.Empty, (parent, name) => parent.Append(name));
        RelativePath read = RelativePath.Unescape(path.Escaped);
        Assert.Equal(path, read);
        Assert.Equal(path.GetHashCode(), read.GetHashCode());
        Assert.Equal(OddNames.All, read.Names);
        Assert.Equal(path.Parent.Append(path.Name), read);
        Assert.Equal(RelativePath.Empty, RelativePath.Unescape(""));
        Assert.Equal("a/b"u8.ToArray(), RelativePath.Unescape("a/b").ToBytes());
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData(".")]
    public void Path_text_with_anything_but_names_is_refused(string text)
        => Assert.Throws<FormatException>(() => RelativePath.Unescape(text));

    [Fact]
    public void Paths_are_ordered_name_by_name_with_a_parent_before_its_entries()
    {
        string[] texts = ["a", "a/b", "a/c", "a-b", "b"];
        Assert.Equal(texts, texts.Reverse().Select(RelativePath.Unescape).Order().Select(path => path.Escaped));
    }
}
