using RemoteShell.Cli.Client.Configuration;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>Paths in settings of ssh.</summary>
internal static class SshPaths
{
    /// <summary>A path with its tokens expanded; <c>~/</c> is the home folder.</summary>
    /// <exception cref="FormatException">A token is not known.</exception>
    public static string Expand(string path, HostSettings host)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string rest = path.StartsWith("~/", StringComparison.Ordinal) ? home + path[1..] : path;
        return ConfigurationTokens.Expand(rest, host.Query, host.Address, host.User);
    }
}
