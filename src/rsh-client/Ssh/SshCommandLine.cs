using RemoteShell.Cli.Client.Configuration;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>A command line as ssh(1) understands it.</summary>
internal sealed record SshCommandLine
{
    /// <summary>The settings that its options mean, in their order: the first one of a key counts.</summary>
    public required IReadOnlyList<Setting> Settings { get; init; }

    /// <summary>Host, or user and host, or an address such as <c>ssh://user@host:port</c>; null if there is none.</summary>
    public string? Destination { get; init; }

    /// <summary>The number of settings that stand before the destination.</summary>
    public int SettingsBefore { get; init; }

    /// <summary>The words of the remote command.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What to do.</summary>
    public SshAction Action { get; init; }

    /// <summary>The value of <c>-F</c>; null: the usual files.</summary>
    public string? File { get; init; }

    /// <summary>The value of <c>-E</c>: where messages go; null: standard error.</summary>
    public string? LogFile { get; init; }

    /// <summary>The value of <c>-Q</c> or <c>-O</c>.</summary>
    public string Argument { get; init; } = "";

    /// <summary>Patterns of keys to ignore.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
