namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>The services of an application that has none.</summary>
internal sealed class NoServices : IServiceProvider
{
    public static readonly NoServices Instance = new();

    public object? GetService(Type serviceType) => null;
}
