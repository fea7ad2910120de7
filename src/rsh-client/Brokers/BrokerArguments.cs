using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>The options of <c>rsh-broker</c> that say which broker to use for a host.</summary>
internal static class BrokerArguments
{
    /// <summary>The options, from the address and from what the configuration says of the host.</summary>
    /// <param name="url">The address of the broker.</param>
    /// <param name="settings">What applies to the host.</param>
    /// <exception cref="ConfigurationException">A value is wrong.</exception>
    public static IEnumerable<string> Of(string url, HostSettings settings)
    {
        yield return $"--url={url}";
        if (settings.Find(ConfigurationKeys.BrokerCredentials) is { } credentials)
            yield return $"--credentials={HostSettings.Checked(credentials, settings.PathOf)}";
        if (settings.Find(ConfigurationKeys.BrokerAuthorities) is { } authorities)
            yield return $"--ca={HostSettings.Checked(authorities, settings.PathOf)}";
        if (settings.Find(ConfigurationKeys.BrokerInbox) is { } inbox)
            yield return $"--inbox={inbox.Values[0]}";
    }
}
