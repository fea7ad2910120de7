using RemoteShell.Protocol.Frames;

namespace RemoteShell.Files.Partials;

/// <summary>Computes the CRC-32C of zeros, without reading them.</summary>
internal static class ZeroChecksum
{
    /// <summary>The checksum of this many zeros.</summary>
    public static uint Of(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        uint checksum = 0, power = Crc32C.Compute([0]);
        long length = 1;
        for (long rest = count; rest != 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
                checksum = Crc32C.Combine(checksum, power, length);
            if (rest == 1)
                break;
            power = Crc32C.Combine(power, power, length);
            length *= 2;
        }

        return checksum;
    }
}
