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

    /// <summary>From so many bytes on <see cref="Join"/>, which takes a tenth of a microsecond, takes less time than reading them.</summary>
    public const int CheaperToJoin = 4 * 1024;

    private static readonly uint[] OverOneLane = ShiftTable(Lane);
    private static readonly uint[] OverTwoLanes = ShiftTable(2 * Lane);
    private static readonly uint[] PowersOfX = Powers();

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

    /// <summary>The CRC of two runs of bytes, one behind the other, from the CRC of each and the length of the second.</summary>
    public static uint Join(uint first, uint second, int secondLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secondLength);
        // A CRC over zeros is a multiplication by a power of x; the length's bits say which of the squares are in it.
        uint power = PowersOfX[0];
        for (int bit = 0; secondLength >> bit != 0; bit++)
            if (((secondLength >> bit) & 1) != 0)
                power = Multiply(PowersOfX[bit + 1], power);
        return Multiply(power, first) ^ second;
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

    // x to the power of 0, 8, 16, 32, …, 8·2³⁰, modulo the polynomial: one, and what moves a CRC over 1, 2, 4, … bytes.
    private static uint[] Powers()
    {
        var powers = new uint[32];
        (powers[0], powers[1]) = (1u << 31, 1u << 23);
        for (int i = 2; i < powers.Length; i++)
            powers[i] = Multiply(powers[i - 1], powers[i - 1]);
        return powers;
    }

    // Both are reflected: the highest bit is the coefficient of 1.
    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (uint bit = 1u << 31; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
                product ^= b;
            b = (b >> 1) ^ (Polynomial & (0u - (b & 1)));
        }

        return product;
    }

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
