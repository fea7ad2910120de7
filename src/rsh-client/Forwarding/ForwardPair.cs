namespace RemoteShell.Cli.Client.Forwarding;

/// <summary>The forwards of a command line, and those of the configuration. Disposing ends both.</summary>
/// <param name="given">Those of the command line.</param>
/// <param name="configured">Those of the configuration.</param>
internal sealed class ForwardPair(RunningForwards given, RunningForwards configured) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await configured.DisposeAsync();
        await given.DisposeAsync();
    }
}
