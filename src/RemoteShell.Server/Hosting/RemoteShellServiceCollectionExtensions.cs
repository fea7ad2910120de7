using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RemoteShell.Server.Hosting;

/// <summary>Registers a server with a generic host.</summary>
public static class RemoteShellServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="RemoteShellServer"/> that starts and stops with the host, and logs through it.</summary>
    /// <remarks>
    /// The host waits for <see cref="ServerOptions.StopGrace"/> at most as long as its shutdown timeout. <c>rsh-server stop</c> stops the
    /// server and not the host.
    /// </remarks>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Returns the server's options, made from the default ones: <c>options =&gt; options with { … }</c>.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddRemoteShellServer(
        this IServiceCollection services,
        Func<ServerOptions, ServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(provider => new RemoteShellServer(
            configure is null ? new() : configure(new()),
            provider.GetService<ILoggerFactory>(),
            provider.GetService<IMeterFactory>()));
        return services.AddHostedService<RemoteShellHostedService>();
    }
}
