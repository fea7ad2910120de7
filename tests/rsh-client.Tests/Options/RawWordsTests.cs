using RemoteShell.Cli.Client.Options;

namespace RemoteShell.Cli.Client.Tests.Options;

/// <summary>Words of the command line with bytes that are not UTF-8.</summary>
public class RawWordsTests
{
    // Code units, because the text of an attribute must be valid.
    [Theory]
    [InlineData(new byte[] { 0x61, 0xFF, 0x62 }, new[] { 0x61, 0xDCFF, 0x62 }, true)]
    [InlineData(new byte[] { 0xC3 }, new[] { 0xDCC3 }, true)]
    [InlineData(new byte[] { 0xED, 0xB3, 0xBF }, new[] { 0xDCED, 0xDCB3, 0xDCBF }, true)]
    [InlineData(new byte[] { 0xC3, 0xA4 }, new[] { 0xE4 }, false)]
    [InlineData(new byte[] { 0xEF, 0xBF, 0xBD }, new[] { 0xFFFD }, false)]
    [InlineData(new byte[] { 0xF0, 0x9F, 0xB2, 0x80 }, new[] { 0xD83F, 0xDC80 }, false)]
    [InlineData(new byte[] { 0xF0, 0x9F, 0xB2, 0x80, 0x80 }, new[] { 0xD83F, 0xDC80, 0xDC80 }, true)]
    [InlineData(new byte[0], new int[0], false)]
    public void Byte_that_is_not_utf8_is_half_of_a_surrogate_pair(byte[] bytes, int[] units, bool isRaw)
    {
        string word = RawWords.Of(bytes);
        Assert.Equal(units, word.Select(unit => (int)unit));
        Assert.Equal(isRaw, RawWords.IsRaw(word));
        Assert.Equal(bytes, RawWords.ToBytes(word));
    }

    [Fact]
    public void Arguments_of_this_process_are_read_from_their_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/self/cmdline");
        string[] all = Environment.GetCommandLineArgs();
        Assert.Equal(all[1..], RawWords.Read(all[1..]));
        Assert.Null(RawWords.Read([.. Enumerable.Repeat("a", 10_000)]));
    }
}
