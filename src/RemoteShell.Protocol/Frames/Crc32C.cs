using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace RemoteShell.Protocol.Frames;

/// <summary>CRC-32C (Castagnoli), as in iSCSI (RFC 3720): reflected polynomial 0x82F63B78, initial value and final xor of all ones.</summary>
/// <remarks>
/// One chain of CRC instructions waits for itself: each takes three cycles, and one could start in every cycle. So three
/// neighbouring lanes are computed at once and joined by tables that move a CRC over a lane's length of zeros.
/// </remarks>
public static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;
    private const int Lane = 4096;
    private static readonly uint[] OverOneLane = ShiftTable(Lane);
    private static readonly uint[] OverTwoLanes = ShiftTable(2 * Lane);

    /// <summary>The CRC of these bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The CRC of what <paramref name="crc"/> stands for, followed by these bytes; 0 stands for nothing.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        while (data.Length >= 3 * Lane)
        {
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data[..(3 * Lane)]);
            state = ThreeLanes(state, words);
            data = data[(3 * Lane)..];
        }

        while (data.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte b in data)
            state = BitOperations.Crc32C(state, b);
        return ~state;
    }

    private static uint ThreeLanes(uint first, ReadOnlySpan<ulong> words)
    {
        const int n = Lane / sizeof(ulong);
        ReadOnlySpan<ulong> a = words[..n], b = words.Slice(n, n), c = words.Slice(2 * n, n);
        uint second = 0, third = 0;
        for (int i = 0; i < a.Length && i < b.Length && i < c.Length; i++)
        {
            first = BitOperations.Crc32C(first, LittleEndian(a[i]));
            second = BitOperations.Crc32C(second, LittleEndian(b[i]));
            third = BitOperations.Crc32C(third, LittleEndian(c[i]));
        }

        return Shift(OverTwoLanes, first) ^ Shift(OverOneLane, second) ^ third;
    }

    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    private static uint Shift(uint[] table, uint crc)
        => table[crc & 0xFF] ^ table[256 + ((crc >> 8) & 0xFF)] ^ table[512 + ((crc >> 16) & 0xFF)] ^ table[768 + (crc >> 24)];

    // A CRC is linear: moving each of its 32 bits over the zeros once gives the move of every value by xor.
    private static uint[] ShiftTable(int zeros)
    {
        Span<uint> bits = stackalloc uint[32];
        for (int bit = 0; bit < 32; bit++)
        {
            uint value = 1u << bit;
            for (int i = 0; i < zeros * 8; i++)
                value = (value >> 1) ^ (Polynomial & (0u - (value & 1)));
            bits[bit] = value;
        }

        var table = new uint[4 * 256];
        for (int i = 0; i < table.Length; i++)
        {
            int position = i / 256 * 8;
            for (int bit = 0; bit < 8; bit++)
                if ((i & (1 << bit)) != 0)
                    table[i] ^= bits[position + bit];
        }

        return table;
    }
}
