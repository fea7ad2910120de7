namespace RemoteShell.Cli.Configuration;

/// <summary>Finds the files that an <c>Include</c> names.</summary>
internal static class IncludedFiles
{
    /// <summary>The files, in the order of their names. A pattern that fits none is no error, as with ssh.</summary>
    /// <param name="pattern">A path whose parts may have <c>*</c> and <c>?</c>; <c>~/</c> is the home folder.</param>
    /// <param name="folder">Where a relative path starts: the folder of the file that includes.</param>
    public static IEnumerable<string> Find(string pattern, string folder)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string path = pattern.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, pattern[2..]) : Path.Combine(folder, pattern);
        string[] parts = Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> found = ["/"];
        for (int i = 0; i < parts.Length; i++)
        {
            string part = parts[i];
            bool isLast = i == parts.Length - 1;
            found = found.SelectMany(parent => Inside(parent, part, isLast)).ToArray();
        }

        return found;
    }

    private static IEnumerable<string> Inside(string parent, string part, bool isLast)
    {
        if (part.AsSpan().IndexOfAny('*', '?') < 0)
        {
            string path = Path.Combine(parent, part);
            return (isLast ? File.Exists(path) : Directory.Exists(path)) ? [path] : [];
        }

        // A pattern does not stand for a hidden name, unless it begins with a dot itself.
        IEnumerable<string> all = isLast ? Directory.EnumerateFiles(parent) : Directory.EnumerateDirectories(parent);
        return all.Where(path => Fits(Path.GetFileName(path), part)).Order(StringComparer.Ordinal);
    }

    private static bool Fits(string name, string pattern)
        => HostPatterns.Fits(name, pattern) && (name[0] != '.' || pattern[0] == '.');
}
