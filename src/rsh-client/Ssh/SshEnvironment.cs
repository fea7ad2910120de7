using System.Collections;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The variables that a remote command gets: those of SetEnv, and those of this process that SendEnv names.</summary>
internal static class SshEnvironment
{
    /// <summary>The variables.</summary>
    /// <param name="settings">What applies to the call.</param>
    /// <param name="depth">The number of calls of this program by itself.</param>
    public static Dictionary<string, string> Of(SshSettings settings, string depth)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { [SshDepth.Variable] = depth };
        foreach (string variable in settings.All(ConfigurationKeys.SetEnv).SelectMany(setting => setting.Values))
        {
            string[] pair = variable.Split('=', 2);
            variables.TryAdd(pair[0], pair[1]);
        }

        List<string> sent = [];
        // A name with a - takes back what was named before.
        foreach (string pattern in settings.All(SshKeys.SendEnv).SelectMany(setting => setting.Values))
        {
            if (pattern.StartsWith('-'))
                sent.RemoveAll(name => HostPatterns.Fits(name, pattern[1..]));
            else
                sent.Add(pattern);
        }

        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (sent.Any(pattern => HostPatterns.Fits(name, pattern)))
                variables.TryAdd(name, (string?)variable.Value ?? "");
        }

        return variables;
    }
}
