using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Channels;

public class StreamDigestTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_that_were_added_before_are_skipped(int repeated)
    {
        var digest = new StreamDigest("crc32c");
        digest.Append("abc"u8);
        digest.Append(3 - repeated, "abcdef"u8[(3 - repeated)..]);
        Assert.Equal(new StreamTotal(6, Checksum.Of("abcdef"u8).ToString()), digest.Current);
    }

    [Fact]
    public void Bytes_after_a_gap_are_not_added()
    {
        var digest = new StreamDigest("crc32c");
        digest.Append("abc"u8);
        Assert.Throws<InvalidOperationException>(() => digest.Append(4, "ef"u8));
        Assert.Equal(3, digest.Total);
    }
}
