namespace RemoteShell.Server.Audit;

/// <summary>Cuts a file of the audit journal into lines.</summary>
internal static class AuditLines
{
    /// <summary>Bytes of a line at most; what is longer is not a line.</summary>
    public const int MaxLength = 1024 * 1024;

    private const int PieceLength = 64 * 1024;

    /// <summary>Opens a file, which the server may write to meanwhile.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileStream Open(string path)
        => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>The lines of a file, without their line ends, from its position on. A line that is too long comes in pieces.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<RawAuditLine> Read(FileStream file)
    {
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
