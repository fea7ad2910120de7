namespace RemoteShell.Cli.Client.Options;

/// <summary>A local file or folder that is uploaded.</summary>
internal static class LocalSource
{
    /// <summary>Checks the word that names it.</summary>
    /// <exception cref="FormatException">It is empty, or names a host.</exception>
    public static void Check(string source)
    {
        if (source.Length == 0)
            throw new FormatException("LOCAL is empty; write the name of a file or folder");
        if (RemotePath.IsRemote(source))
            throw new FormatException($"'{source}' names a host, and put takes local files before the target; for a file: ./{source}");
    }
}
