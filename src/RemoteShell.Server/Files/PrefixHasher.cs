using System.Buffers;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Files;

/// <summary>Computes the digest of the beginning of a file, for a client that resumes. That takes seconds for a large file.</summary>
/// <remarks>
/// It reads on threads of its own, so that any number of such clients leaves the thread pool to the others. They take turns, so that
/// a short file does not wait until a long one is finished.
/// </remarks>
internal sealed class PrefixHasher
{
    // Bytes that are read at once.
    private const int PieceLength = 256 * 1024;

    // Bytes of one turn: some tens of milliseconds.
    private const long TurnLength = 32 * 1024 * 1024;

    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Reads the file, and appends its bytes to the digest, up to this offset.</summary>
    /// <returns>False if the file ends before.</returns>
    public async Task<bool> AppendAsync(FileSource file, StreamDigest digest, long end, CancellationToken cancellationToken)
    {
        bool isWhole = true;
        while (isWhole && digest.Total < end)
        {
            await _turns.WaitAsync(cancellationToken);
            try
            {
                long turn = Math.Min(end, digest.Total + TurnLength);
                isWhole = await Task.Factory.StartNew(
                    () => Append(file, digest, turn, cancellationToken),
                    cancellationToken,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default);
            }
            finally
            {
                _turns.Release();
            }
        }

        return isWhole;
    }

    private static bool Append(FileSource file, StreamDigest digest, long end, CancellationToken cancellationToken)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            while (digest.Total < end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = file.Read(piece.AsSpan(0, (int)Math.Min(piece.Length, end - digest.Total)));
                if (count == 0)
                    return false;
                digest.Append(piece.AsSpan(0, count));
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
