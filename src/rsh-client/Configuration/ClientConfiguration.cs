using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>The configuration files of this client: the user's, and then the machine's.</summary>
internal sealed class ClientConfiguration
{
    /// <summary>The value of <c>--config</c> that means: no file at all.</summary>
    public const string NoFile = "none";

    /// <summary>The file of the machine. It may not exist.</summary>
    public const string MachineFile = "/etc/rsh-client/config";

    // Guarded by itself. Each host is looked up once: a lookup may run commands.
    private static readonly Dictionary<(HostQuery Query, string? File, IReadOnlyList<ConfigurationKey> Keys), HostSettings> Known = [];

    // Guarded by Known.
    private static readonly KnownFiles Lines = new();

    // Guarded by Known: whether the settings of earlier versions have been moved.
    private static bool _isMoved;

    /// <summary>The user's file. It may not exist.</summary>
    public static string UserFile => Path.Combine(RoleFolders.Configuration("client"), "config");

    /// <summary>The settings of a host.</summary>
    /// <param name="query">The host of the command line.</param>
    /// <param name="file">The only file to read; null: the user's file, and then the machine's.</param>
    /// <exception cref="RemoteShellException">A file is wrong, cannot be read, or does not exist although it was named.</exception>
    public static HostSettings Of(HostQuery query, string? file) => Of(query, file, ConfigurationKeys.All);

    /// <summary>The settings of a host, of the keys that are known.</summary>
    /// <param name="query">The host of the command line.</param>
    /// <param name="file">The only file to read; null: the user's file, and then the machine's.</param>
    /// <param name="keys">The keys that the files may have.</param>
    /// <exception cref="RemoteShellException">A file is wrong, cannot be read, or does not exist although it was named.</exception>
    public static HostSettings Of(HostQuery query, string? file, IReadOnlyList<ConfigurationKey> keys)
    {
        lock (Known)
        {
            if (!Known.TryGetValue((query, file, keys), out HostSettings? settings))
                Known[(query, file, keys)] = settings = Read(query, file, keys);
            return settings;
        }
    }

    /// <summary>The groups of hosts, by name.</summary>
    /// <param name="file">The only file to read; null: the user's file, and then the machine's.</param>
    /// <exception cref="RemoteShellException">A file is wrong, cannot be read, or does not exist although it was named.</exception>
    public static IReadOnlyDictionary<string, ConfiguredGroup> Groups(string? file)
    {
        var reader = new GroupReader();
        foreach (string path in Files(file))
            reader.Read(path);
        return reader.Groups;
    }

    private static HostSettings Read(HostQuery query, string? file, IReadOnlyList<ConfigurationKey> keys)
    {
        var settings = new HostSettings(query);
        var reader = new ConfigurationReader(settings, keys, Lines);
        if (file is null && !_isMoved)
        {
            JsonConfiguration.MoveTo(UserFile);
            _isMoved = true;
        }

        foreach (string path in Files(file))
            reader.Read(path);
        return settings;
    }

    private static IReadOnlyList<string> Files(string? file)
    {
        if (file is null)
            return [UserFile, MachineFile];
        if (file == NoFile)
            return [];
        return File.Exists(file) || Directory.Exists(file)
            ? [Path.GetFullPath(file)]
            : throw new RemoteShellException($"there is no file {file}") { Hint = "write --config none to use no file" };
    }
}
