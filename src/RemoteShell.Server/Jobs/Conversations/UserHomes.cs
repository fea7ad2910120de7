namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The users in /etc/passwd, and their home folders. Users of a directory service are not in the file.</summary>
internal static class UserHomes
{
    private const string Users = "/etc/passwd";

    /// <summary>Reads the file; empty if it cannot be read.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        var homes = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            // passwd(5): name, password, uid, gid, comment, home, shell.
            foreach (string[] fields in File.ReadLines(Users).Select(line => line.Split(':')).Where(fields => fields.Length >= 7))
                homes.TryAdd(fields[0], fields[5]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return homes;
        }

        return homes;
    }
}
