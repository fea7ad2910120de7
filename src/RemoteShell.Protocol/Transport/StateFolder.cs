namespace RemoteShell.Protocol.Transport;

/// <summary>The one folder in which a role keeps all it has: <c>$RSH_HOME/ROLE</c> where that is set, else <c>rsh-ROLE</c> in the XDG configuration folder.</summary>
public static class StateFolder
{
    /// <summary>The folder of <c>client</c> or <c>server</c>; it may not exist yet.</summary>
    public static string Of(string role)
    {
        if (Environment.GetEnvironmentVariable("RSH_HOME") is { Length: > 0 } home)
            return Path.Combine(Path.GetFullPath(home), role);
        // The framework takes XDG_CONFIG_HOME, else ~/.config; on Windows the roaming profile, on macOS Application Support.
        return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), $"rsh-{role}");
    }
}
