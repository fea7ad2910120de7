namespace RemoteShell.Cli.Configuration;

/// <summary>A line of a configuration file.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Line">The number of the line; the first is 1.</param>
internal sealed record ConfigurationPlace(string File, int Line)
{
    public override string ToString() => $"{File}:{Line}";
}
