using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Configuration;

/// <summary>What configuration files say.</summary>
/// <param name="Settings">The settings that count: the first right line of a key, or each right line of one that repeats.</param>
/// <param name="Faults">What is wrong with the files, in the order of their lines.</param>
internal sealed record ServerConfiguration(IReadOnlyList<ServerSetting> Settings, IReadOnlyList<RemoteShellException> Faults)
{
    /// <summary>The path of the file that was read; null if none was.</summary>
    public string? File { get; init; }

    /// <summary>The settings of an option, in the order of their lines.</summary>
    public IReadOnlyList<ServerSetting> Of(string option) => [.. Settings.Where(setting => setting.Key.Option == option)];
}
