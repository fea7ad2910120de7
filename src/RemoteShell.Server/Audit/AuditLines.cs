namespace RemoteShell.Server.Audit;

/// <summary>Cuts a file of the audit journal into lines.</summary>
internal static class AuditLines
{
    /// <summary>Bytes of a line at most; what is longer is no line of a journal.</summary>
    public const int MaxLength = 1024 * 1024;

    private const int PieceLength = 64 * 1024;

    /// <summary>The lines of a file, without their line ends, from an offset on. A line that is too long comes in pieces.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">The offset.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<RawAuditLine> Read(string path, long from = 0)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Position = from;
        var piece = new byte[PieceLength];
        var line = new List<byte>();
        while (file.Read(piece) is > 0 and int count)
        {
            int start = 0;
            for (int end = 0; end < count; end++)
            {
                if (piece[end] != '\n')
                    continue;
                line.AddRange(piece.AsSpan(start, end - start));
                yield return new([.. line], HasEnd: true);
                line.Clear();
                start = end + 1;
            }

            line.AddRange(piece.AsSpan(start, count - start));
            if (line.Count <= MaxLength)
                continue;
            yield return new([.. line], HasEnd: false);
            line.Clear();
        }

        if (line.Count > 0)
            yield return new([.. line], HasEnd: false);
    }
}
