namespace RemoteShell.Server.Audit;

/// <summary>Reads audit journals. The server may write to them meanwhile.</summary>
public static class AuditReader
{
    /// <summary>The files of a server's journal, the oldest first.</summary>
    public static IReadOnlyList<string> FilesOf(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new AuditFolder(options.AuditFolder).All();
    }

    /// <summary>The lines of a server's journal. A server that begins a new file meanwhile does not disturb.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<AuditEntry> Read(ServerOptions options)
    {
        using OpenAuditFiles files = OpenAuditFiles.Of(options);
        foreach ((string path, FileStream file) in files.All)
        {
            foreach (AuditEntry entry in ReadFile(path, file))
                yield return entry;
        }
    }

    /// <summary>The end of a server's journal; null: it has no line.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AuditHead? HeadOf(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AuditTail.Read(new(options.AuditFolder)).Head;
    }

    /// <summary>The lines of the files, one after the other.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<AuditEntry> Read(IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.SelectMany(ReadFile);
    }

    private static IEnumerable<AuditEntry> ReadFile(string path)
    {
        using FileStream file = AuditLines.Open(path);
        foreach (AuditEntry entry in ReadFile(path, file))
            yield return entry;
    }

    private static IEnumerable<AuditEntry> ReadFile(string path, FileStream file) => AuditLines.Read(file).Select(
        (raw, index) => new AuditEntry(path, index + 1, raw.Bytes, raw.HasEnd, AuditLine.TryParse(raw.Bytes)));
}
