using RemoteShell.Protocol.Frames;

namespace RemoteShell.Files.Transfers;

/// <summary>The running digest of a run of bytes that may have holes.</summary>
internal sealed class PieceDigest
{
    private uint _checksum;

    /// <summary>The number of bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The CRC-32C of them, as text.</summary>
    public string Checksum => new Checksum(_checksum).ToString();

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => Append(Crc32C.Compute(bytes), bytes.Length);

    /// <summary>Adds zeros.</summary>
    public void AppendZeros(long count)
    {
        uint run = Crc32C.Compute([0]);
        for (long length = 1; count > 0; count >>= 1)
        {
            if ((count & 1) != 0)
                Append(run, length);
            run = Crc32C.Combine(run, run, length);
            length *= 2;
        }
    }

    private void Append(uint checksum, long length)
    {
        _checksum = Crc32C.Combine(_checksum, checksum, length);
        Length += length;
    }
}
