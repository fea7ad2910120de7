using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Finds where the last lines of an output begin, from its end backwards.</summary>
internal static class LastLines
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Returns the offset where the last <paramref name="lines"/> lines before <paramref name="end"/> begin.</summary>
    /// <remarks>An unfinished last line counts as one.</remarks>
    public static async Task<long> FindAsync(JobOutput output, long end, long lines)
    {
        if (lines == 0)
            return end;
        var piece = new byte[PieceBytes];
        long left = lines;
        for (long at = end; at > output.Start;)
        {
            int count = (int)Math.Min(PieceBytes, at - output.Start);
            at -= count;
            if (await FillAsync(output, at, piece.AsMemory(0, count)) < count)
                return output.Start;
            for (int i = count - 1; i >= 0; i--)
            {
                // A line end that is the very last byte ends the last line, and does not begin another.
                if (piece[i] != '\n' || at + i == end - 1)
                    continue;
                left--;
                if (left == 0)
                    return at + i + 1;
            }
        }

        return output.Start;
    }

    private static async Task<int> FillAsync(JobOutput output, long from, Memory<byte> target)
    {
        int filled = 0;
        while (filled < target.Length)
        {
            int count = await output.CopyAsync(from + filled, target[filled..]);
            if (count <= 0)
                break;
            filled += count;
        }

        return filled;
    }
}
