namespace RemoteShell.Cli.Client.Configuration;

/// <summary>The settings of one host in <c>config.json</c>.</summary>
internal sealed record JsonHost
{
    /// <summary>The encoding of the remote text; null: utf-8.</summary>
    public string? Encoding { get; init; }
}
