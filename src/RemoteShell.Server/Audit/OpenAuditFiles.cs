namespace RemoteShell.Server.Audit;

/// <summary>The files of a server's journal at one moment, open for reading.</summary>
internal sealed class OpenAuditFiles : IDisposable
{
    private readonly List<(string Path, FileStream File)> _all = [];

    private OpenAuditFiles()
    {
    }

    /// <summary>The files, the oldest first.</summary>
    public IReadOnlyList<(string Path, FileStream File)> All => _all;

    /// <summary>Opens the files. If the server begins a new one meanwhile, opens them again.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static OpenAuditFiles Of(ServerOptions options)
    {
        var folder = new AuditFolder(options.AuditFolder);
        while (true)
        {
            IReadOnlyList<string> paths = folder.All();
            var files = new OpenAuditFiles();
            try
            {
                foreach (string path in paths)
                    files._all.Add((path, AuditLines.Open(path)));
                if (folder.All().SequenceEqual(paths, StringComparer.Ordinal))
                    return files;
                files.Dispose();
            }
            catch (FileNotFoundException)
            {
                files.Dispose();
            }
            catch
            {
                files.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        foreach ((_, FileStream file) in _all)
            file.Dispose();
    }
}
