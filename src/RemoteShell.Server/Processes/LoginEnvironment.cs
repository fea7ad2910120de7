namespace RemoteShell.Server.Processes;

/// <summary>Builds the environment of a login from a few variables: a command does not see the server's own environment.</summary>
internal static class LoginEnvironment
{
    private const string UserPath = "/usr/local/bin:/usr/bin:/bin";
    private const string RootPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // Programs need these to find their files and to speak the user's language; none of them is a secret.
    private static readonly string[] Inherited = OperatingSystem.IsWindows()
        ? ["PATH", "SystemRoot", "SystemDrive", "TEMP", "TMP", "ComSpec", "PATHEXT", "APPDATA", "LOCALAPPDATA", "ProgramFiles"]
        : ["LANG", "TZ"];

    /// <summary>The variables that a client can neither change nor remove.</summary>
    public static readonly string[] Fixed = ["RSH_JOB"];

    /// <summary>The environment of a command.</summary>
    /// <param name="account">The user that the command runs as.</param>
    /// <param name="job">The id of the job, for <c>RSH_JOB</c>.</param>
    /// <param name="ends">The client's connection, for <c>RSH_CLIENT</c> and <c>SSH_CONNECTION</c>.</param>
    public static Dictionary<string, string> For(Account account, string job, ConnectionEnds ends)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                variables[name] = value;
        }

        variables["HOME"] = account.Home;
        variables["USER"] = account.Name;
        variables["LOGNAME"] = account.Name;
        variables["SHELL"] = account.Shell;
        variables["RSH_JOB"] = job;
        variables["RSH_CLIENT"] = ends.ClientHost;
        // As sshd does; mosh needs it.
        variables["SSH_CONNECTION"] = ends.SshConnection;
        variables["PATH"] = PathOf(account);
        variables.TryAdd("LANG", "C.UTF-8");
        return variables;
    }

    /// <summary>The environment of a shell into which a user types: that of a command, and <c>SSH_CLIENT</c>.</summary>
    /// <remarks>With this variable, bash reads <c>~/.bashrc</c> before a command of <c>-c</c>, so a command does not get it.</remarks>
    /// <param name="account">The user that the shell runs as.</param>
    /// <param name="job">The id of the job, for <c>RSH_JOB</c>.</param>
    /// <param name="ends">The client's connection.</param>
    public static Dictionary<string, string> ForShell(Account account, string job, ConnectionEnds ends)
    {
        Dictionary<string, string> variables = For(account, job, ends);
        variables["SSH_CLIENT"] = ends.SshClient;
        return variables;
    }

    /// <summary>Where the programs of a login are looked for.</summary>
    public static string PathOf(Account account)
    {
        string? inherited = Inherited.Contains("PATH") ? Environment.GetEnvironmentVariable("PATH") : null;
        if (inherited is { Length: > 0 })
            return inherited;
        return account.Name == "root" ? RootPath : UserPath;
    }
}
