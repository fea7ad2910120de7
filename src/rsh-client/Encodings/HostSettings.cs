namespace RemoteShell.Cli.Client.Encodings;

/// <summary>The settings of one host.</summary>
internal sealed record HostSettings
{
    /// <summary>The encoding of the remote text; null: utf-8.</summary>
    public string? Encoding { get; init; }
}
