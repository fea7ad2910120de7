namespace RemoteShell.Server.Audit;

/// <summary>The end of an audit journal, to go on from.</summary>
/// <param name="Number">The number of the last line; 0: there is none.</param>
/// <param name="Digest">The digest of the last line.</param>
/// <param name="Torn">How many lines at the end cannot be read.</param>
/// <param name="IsInLine">Whether the last line has no line end.</param>
internal sealed record AuditTail(long Number, string Digest, int Torn, bool IsInLine)
{
    // Most lines are short. A server that read more of a long journal at its start would keep the memory.
    private const long FirstWindow = 64 * 1024;

    // More than a line has.
    private const long LastWindow = 4 * AuditLines.MaxLength;

    /// <summary>The last line that can be read; null: there is none.</summary>
    public AuditHead? Head { get; init; }

    /// <summary>The tail of a journal without lines.</summary>
    public static AuditTail Empty { get; } = new(0, RawAuditLine.NoDigest, 0, false);

    /// <summary>Reads the tail of a journal.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AuditTail Read(AuditFolder folder)
    {
        foreach (string path in folder.All().Reverse())
        {
            if (Read(path) is { } tail)
                return tail;
        }

        return Empty;
    }

    // Null if the file has no line.
    private static AuditTail? Read(string path)
    {
        using FileStream file = AuditLines.Open(path);
        for (long window = FirstWindow; window < LastWindow && window < file.Length; window *= 8)
        {
            if (Read(file, window) is { Head: not null } tail)
                return tail;
        }

        return Read(file, LastWindow);
    }

    // The first line in the window may be the end of one.
    private static AuditTail? Read(FileStream file, long window)
    {
        file.Position = Math.Max(0, file.Length - window);
        AuditTail? tail = null;
        foreach (RawAuditLine raw in AuditLines.Read(file))
        {
            AuditTail before = tail ?? Empty;
            tail = AuditLine.TryParse(raw.Bytes) is { } line
                ? new(line.Number, raw.Digest, 0, !raw.HasEnd) { Head = new(line.Number, raw.Digest) }
                : new(before.Number + 1, raw.Digest, before.Torn + 1, !raw.HasEnd) { Head = before.Head };
        }

        return tail;
    }
}
