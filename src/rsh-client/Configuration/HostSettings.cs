using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>What applies to one host.</summary>
/// <param name="query">The host of the command line.</param>
internal sealed class HostSettings(HostQuery query)
{
    private static readonly string HomeFolder = Environment.GetFolderPath(
        Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    private readonly List<Setting> _all = [];

    /// <summary>The settings, in the order of the files. A key that adds values may occur several times.</summary>
    public IReadOnlyList<Setting> All => _all;

    /// <summary>The host of the command line.</summary>
    public HostQuery Query => query;

    /// <summary>The address to connect to.</summary>
    /// <exception cref="ConfigurationException">The file does not give a host or a port.</exception>
    public HostAddress Address
    {
        get
        {
            int port = query.Port ?? Read(ConfigurationKeys.Port, KeyValues.Port) ?? HostAddress.DefaultPort;
            string name = Find(ConfigurationKeys.HostName) is { } setting
                ? Checked(setting, value => HostAddress.Parse(Bracketed(ConfigurationTokens.ExpandName(value, query.Name))).Host)
                : query.Name;
            return new(name, port);
        }
    }

    /// <summary>The user of the command line, or that of the file.</summary>
    public string? User => query.User ?? Find(ConfigurationKeys.User)?.Values[0];

    /// <summary>The first setting of a key; null if there is none.</summary>
    public Setting? Find(ConfigurationKey key)
    {
        // Each command asks for some thirty keys of each host, and most of them are not set.
        foreach (Setting setting in _all)
        {
            if (setting.Key == key)
                return setting;
        }

        return null;
    }

    /// <summary>The value of a key, read; null if it is not set.</summary>
    /// <exception cref="ConfigurationException">The value is wrong. The message names the line.</exception>
    public T? Read<T>(ConfigurationKey key, Func<string, T> read)
        where T : struct
        => Find(key) is { } setting ? Checked(setting, read) : null;

    /// <summary>Whether a key is set to yes.</summary>
    public bool IsYes(ConfigurationKey key) => Find(key)?.Values[0] == "yes";

    /// <summary>The path that a value with tokens, or with <c>~/</c> at its beginning, means.</summary>
    /// <exception cref="FormatException">A token does not exist.</exception>
    public string PathOf(string value)
    {
        string path = ConfigurationTokens.Expand(value, query, Address, User);
        return path.StartsWith("~/", StringComparison.Ordinal) ? $"{HomeFolder}{path[1..]}" : path;
    }

    /// <summary>Adds a setting, unless an earlier one counts.</summary>
    public void Add(Setting setting)
    {
        if (!_all.Exists(earlier => Counts(earlier, setting)))
            _all.Add(setting);
    }

    // Instead of the other.
    private static bool Counts(Setting earlier, Setting setting) => setting.Key.Adds
        ? earlier.Key == setting.Key && earlier.Values.SequenceEqual(setting.Values)
        : earlier.Key == setting.Key
            || (ConfigurationKeys.OfRoute.Contains(setting.Key) && ConfigurationKeys.OfRoute.Contains(earlier.Key));

    /// <summary>Reads the value of a setting.</summary>
    /// <exception cref="ConfigurationException">The value is wrong. The message names the line.</exception>
    public static T Checked<T>(Setting setting, Func<string, T> read)
    {
        try
        {
            return read(setting.Values[0]);
        }
        catch (Exception e) when (e is FormatException or PrivateFileException)
        {
            throw new ConfigurationException(setting.Place, $"{setting.Key.Name}: {e.Message}");
        }
    }

    private static string Bracketed(string name) => name.Contains(':', StringComparison.Ordinal) ? $"[{name.Trim('[', ']')}]" : name;
}
