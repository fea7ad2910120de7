namespace RemoteShell.Server.Processes;

/// <summary>The environment of a login: a few variables made anew, so that nothing of the server's own can be seen in it.</summary>
internal static class LoginEnvironment
{
    private const string UserPath = "/usr/local/bin:/usr/bin:/bin";
    private const string RootPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // What programs need to find their files and speak the user's language; none of it is a secret.
    private static readonly string[] Inherited = OperatingSystem.IsWindows()
        ? ["PATH", "SystemRoot", "SystemDrive", "TEMP", "TMP", "ComSpec", "PATHEXT", "APPDATA", "LOCALAPPDATA", "ProgramFiles"]
        : ["LANG", "TZ"];

    public static Dictionary<string, string> For(Account account, string job, string peer)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in Inherited)
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                variables[name] = value;
        variables["HOME"] = account.Home;
        variables["USER"] = variables["LOGNAME"] = account.Name;
        variables["SHELL"] = account.Shell;
        variables["RSH_JOB"] = job;
        variables["RSH_CLIENT"] = peer;
        variables.TryAdd("PATH", account.Name == "root" ? RootPath : UserPath);
        variables.TryAdd("LANG", "C.UTF-8");
        return variables;
    }
}
