namespace RemoteShell.Server.Processes;

/// <summary>The user that the server runs as.</summary>
/// <param name="Name">The login name.</param>
/// <param name="Home">The home folder.</param>
/// <param name="Shell">The login shell.</param>
internal sealed record Account(string Name, string Home, string Shell)
{
    /// <summary>The account of this process: from /etc/passwd, else from the environment.</summary>
    public static Account Current()
    {
        string name = Environment.UserName;
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        if (OperatingSystem.IsWindows())
            return new(name, home, Environment.GetEnvironmentVariable("ComSpec") ?? "cmd.exe");
        string shell = Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } set ? set : "/bin/sh";
        string[]? entry = Entry(name);
        return entry is null ? new(name, home, shell) : new(name, entry[5], entry[6].Length > 0 ? entry[6] : "/bin/sh");
    }

    // passwd(5): name, password, uid, gid, comment, home, shell. Users of a directory service are not in the file.
    private static string[]? Entry(string name)
    {
        const string users = "/etc/passwd";
        return File.Exists(users)
            ? File.ReadLines(users).Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length >= 7 && fields[0] == name)
            : null;
    }
}
