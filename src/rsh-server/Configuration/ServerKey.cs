namespace RemoteShell.Cli.Server.Configuration;

/// <summary>A key of the server's configuration file. It stands for an option of <c>rsh-server run</c>.</summary>
/// <param name="Name">The name: that of sshd_config(5), if sshd has the same. Case and hyphens do not count.</param>
/// <param name="Option">The option's name; it is a name of the key too.</param>
internal sealed record ServerKey(string Name, string Option)
{
    /// <summary>Whether a line of the file may have several values. Default: no.</summary>
    public bool TakesSeveral { get; init; }

    /// <summary>Whether the word of a file means this key.</summary>
    public bool Is(string word) => Plain(word) == Plain(Name) || Plain(word) == Plain(Option);

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
