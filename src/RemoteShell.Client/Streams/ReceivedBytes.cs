using System.Buffers;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client.Streams;

/// <summary>Reads what an earlier process has received or sent of a stream into the stream's digest.</summary>
internal static class ReceivedBytes
{
    private const int BufferSize = 128 * 1024;

    /// <summary>The digest of all bytes of the source from its position on; null as source: of none.</summary>
    public static async Task<StreamDigest> DigestAsync(Stream? source, string algorithm, CancellationToken cancellationToken)
    {
        var digest = new StreamDigest(algorithm);
        if (source is not null)
            await AppendAsync(source, digest, long.MaxValue, cancellationToken).ConfigureAwait(false);
        return digest;
    }

    /// <summary>Reads bytes up to a count into the digest, and returns how many there were.</summary>
    public static async Task<long> AppendAsync(Stream source, StreamDigest digest, long count, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long left = count;
            while (left > 0)
            {
                Memory<byte> room = buffer.AsMemory(0, (int)Math.Min(buffer.Length, left));
                int read = await source.ReadAsync(room, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    break;
                digest.Append(room.Span[..read]);
                left -= read;
            }

            return count - left;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
