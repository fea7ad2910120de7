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

    /// <summary>The lines of the files, one after the other.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IEnumerable<AuditEntry> Read(IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.SelectMany(ReadFile);
    }

    private static IEnumerable<AuditEntry> ReadFile(string file) => AuditLines.Read(file).Select(
        (raw, index) => new AuditEntry(file, index + 1, raw.Bytes, raw.HasEnd, AuditLine.TryParse(raw.Bytes)));
}
