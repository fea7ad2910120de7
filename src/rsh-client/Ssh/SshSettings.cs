using System.Globalization;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>What applies to a call: the options of the command line, then the configuration.</summary>
internal sealed class SshSettings
{
    private const int PortOfSsh = 22;

    private SshSettings(HostSettings host) => Host = host;

    /// <summary>All settings, of which the first one of a key counts.</summary>
    public HostSettings Host { get; }

    /// <summary>All keys that a command line or a file may have.</summary>
    public static IReadOnlyList<ConfigurationKey> Keys { get; } = [.. ConfigurationKeys.All, .. SshKeys.All];

    /// <summary>The key of a name; null if there is none.</summary>
    public static ConfigurationKey? FindKey(string name) => Keys.FirstOrDefault(key => key.Is(name));

    /// <summary>The key of a name.</summary>
    public static ConfigurationKey Key(string name) => FindKey(name) ?? throw new ArgumentException(name, nameof(name));

    /// <summary>Reads the settings of a command line's destination.</summary>
    /// <exception cref="FormatException">The destination is not an address, or an option cannot be done here.</exception>
    /// <exception cref="RemoteShellException">A file is wrong.</exception>
    public static SshSettings Of(SshCommandLine line)
    {
        HostQuery query = SshDestination.Parse(line.Destination ?? throw new UsageException("the host is missing", SshHelp.Hint));
        // The first one on the command line counts, be it an option or a part of the destination.
        string? user = FirstOf(ConfigurationKeys.User, query.User, line);
        string? port = FirstOf(ConfigurationKeys.Port, query.Port?.ToString(CultureInfo.InvariantCulture), line);
        query = query with { User = user, Port = port is null ? null : KeyValues.Port(port) };
        SshDestination.Check(query);
        var host = new HostSettings(query);
        foreach (Setting setting in line.Settings)
            host.Add(setting);
        foreach (Setting setting in ClientConfiguration.Of(query, line.File, Keys).All.Where(setting => IsMeant(setting, host)))
            host.Add(setting);
        var settings = new SshSettings(host);
        settings.CheckPossible();
        return settings;
    }

    /// <summary>The first value of a key; null if it is not set.</summary>
    public string? Find(ConfigurationKey key) => Host.Find(key)?.Values[0];

    /// <summary>Whether a key is set to yes.</summary>
    public bool IsYes(ConfigurationKey key) => Host.IsYes(key);

    /// <summary>The values of all lines of a key.</summary>
    public IEnumerable<Setting> All(ConfigurationKey key) => Host.All.Where(setting => setting.Key == key);

    private static string? FirstOf(ConfigurationKey key, string? ofDestination, SshCommandLine line)
    {
        string? before = line.Settings.Take(line.SettingsBefore).FirstOrDefault(setting => setting.Key == key)?.Values[0];
        string? behind = line.Settings.Skip(line.SettingsBefore).FirstOrDefault(setting => setting.Key == key)?.Values[0];
        return before ?? ofDestination ?? behind;
    }

    // The port and the keys of a file that was written for ssh are those of another protocol.
    private static bool IsMeant(Setting setting, HostSettings host)
    {
        bool isOwn = setting.Place.File == ClientConfiguration.UserFile || setting.Place.File == ClientConfiguration.MachineFile;
        if (isOwn)
            return true;
        if (setting.Key == ConfigurationKeys.Port)
            return KeyValues.Port(setting.Values[0]) != PortOfSsh;
        return setting.Key != ConfigurationKeys.IdentityFile || IsUsable(setting.Values[0], host);
    }

    private static bool IsUsable(string file, HostSettings host)
    {
        try
        {
            using var identity = Identity.FromPem(PrivateFile.ReadSecret(SshPaths.Expand(file, host)));
            return true;
        }
        catch (Exception e) when (e is RemoteShellException or IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }

    // To drop one of these in silence would make the call weaker than the caller believes.
    private void CheckPossible()
    {
        foreach ((ConfigurationKey key, string[] harmless) in SshKeys.Refused)
        {
            if (Find(key) is not { } value || harmless.Contains(value, StringComparer.OrdinalIgnoreCase))
                continue;
            string what = $"{key.Name} {value} cannot be done here, and is not ignored, since the call relies on it";
            throw new UsageException(what, SshHelp.Hint);
        }
    }
}
