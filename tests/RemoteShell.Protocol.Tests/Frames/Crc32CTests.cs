using System.Text;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Tests.Frames;

public class Crc32CTests
{
    // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
    [Fact]
    public void Checksum_matches_the_standard()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Fact]
    public void Checksum_does_not_depend_on_splits_and_alignment()
    {
        var random = new Random(1);
        foreach (int size in new[] { 1, 7, 8, 9, 4095, 4096, 12287, 12288, 12289, 40_000, 262_144 })
        {
            var bytes = new byte[size + 3];
            random.NextBytes(bytes);
            ReadOnlySpan<byte> data = bytes.AsSpan(3);
            uint expected = Slow(data);
            Assert.Equal(expected, Crc32C.Compute(data));
            uint crc = 0;
            for (int at = 0; at < size;)
            {
                int piece = Math.Min(size - at, random.Next(0, 20_000));
                crc = Crc32C.Combine(crc, Crc32C.Compute(data.Slice(at, piece)), piece);
                at += piece;
            }

            Assert.Equal(expected, crc);
        }
    }

    private static uint Slow(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
        }

        return ~crc;
    }

    [Fact]
    public void Combined_checksum_is_that_of_the_whole_at_every_split()
    {
        var random = new Random(7);
        var bytes = new byte[300_000];
        random.NextBytes(bytes);
        int[] cuts =
        [
            0, 1, 7, 255, 256, 4096, 65_535, 262_144, 299_999, 300_000,
            .. Enumerable.Range(0, 50).Select(_ => random.Next(300_000)),
        ];
        foreach (int cut in cuts)
        {
            uint first = Crc32C.Compute(bytes.AsSpan(0, cut));
            uint second = Crc32C.Compute(bytes.AsSpan(cut));
            Assert.Equal(Crc32C.Compute(bytes), Crc32C.Combine(first, second, bytes.Length - cut));
        }
    }
}
