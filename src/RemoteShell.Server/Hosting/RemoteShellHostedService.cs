using Microsoft.Extensions.Hosting;

namespace RemoteShell.Server.Hosting;

/// <summary>Starts and stops a server with its host.</summary>
internal sealed class RemoteShellHostedService(RemoteShellServer server) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    /// <summary>Stops the server in order. When the host's shutdown timeout is over, running commands get no more time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task stopping = server.StopAsync();
        await using CancellationTokenRegistration timeout = cancellationToken.UnsafeRegister(_ => EndGracePeriod(), null);
        await stopping.ConfigureAwait(false);

        void EndGracePeriod() => _ = server.StopAsync(TimeSpan.Zero);
    }
}
