using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Finds where the last lines of a log begin, from its end backwards.</summary>
internal static class LastLines
{
    private const int Piece = 64 * 1024;

    /// <summary>The offset of the first of so many lines before <paramref name="end"/>; a last line without its end counts as one.</summary>
    public static async Task<long> FindAsync(JobOutput log, long end, long lines)
    {
        if (lines == 0)
            return end;
        var piece = new byte[Piece];
        long left = lines;
        for (long at = end; at > log.Start;)
        {
            int count = (int)Math.Min(Piece, at - log.Start);
            at -= count;
            if (await FillAsync(log, at, piece.AsMemory(0, count)) < count)
                return log.Start;
            for (int i = count - 1; i >= 0; i--)
            {
                // The very last byte ends the last line and begins no other.
                if (piece[i] == '\n' && at + i != end - 1 && --left == 0)
                    return at + i + 1;
            }
        }

        return log.Start;
    }

    private static async Task<int> FillAsync(JobOutput log, long from, Memory<byte> target)
    {
        int filled = 0;
        while (filled < target.Length && await log.CopyAsync(from + filled, target[filled..]) is > 0 and int count)
            filled += count;
        return filled;
    }
}
