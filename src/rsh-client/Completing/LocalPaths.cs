namespace RemoteShell.Cli.Client.Completing;

/// <summary>Completes the path of a local file.</summary>
internal static class LocalPaths
{
    private const int MaxEntries = 1000;

    /// <summary>The entries whose names begin with what is typed; hidden ones only after a dot. A folder ends with a slash.</summary>
    public static IReadOnlyList<Candidate> Of(string typed)
    {
        int slash = typed.LastIndexOf('/') + 1;
        string folder = typed[..slash], name = typed[slash..];
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string place = folder.StartsWith("~/", StringComparison.Ordinal) ? home + folder[1..] : folder;
        try
        {
            return
            [
                .. new DirectoryInfo(place.Length == 0 ? "." : place).EnumerateFileSystemInfos()
                    .Where(entry => entry.Name.StartsWith(name, StringComparison.Ordinal))
                    .Where(entry => name.StartsWith('.') || !entry.Name.StartsWith('.'))
                    .Take(MaxEntries)
                    .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                    .Select(entry => new Candidate($"{folder}{entry.Name}{(Directory.Exists(entry.FullName) ? "/" : "")}")),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
