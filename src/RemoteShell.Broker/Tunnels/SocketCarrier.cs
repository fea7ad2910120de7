using System.Net.Sockets;

namespace RemoteShell.Broker.Tunnels;

/// <summary>Carries bytes between a tunnel and a connection of the server, each direction to its end.</summary>
internal static class SocketCarrier
{
    /// <summary>Returns when both directions have ended.</summary>
    /// <exception cref="IOException">The tunnel or the connection has failed.</exception>
    public static async Task CarryAsync(TunnelStream tunnel, NetworkStream server, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tunnel.Ended);
        Task[] both = [ToServerAsync(tunnel, server, failed.Token), FromServerAsync(tunnel, server, failed.Token)];
        try
        {
            await foreach (Task one in Task.WhenEach(both).ConfigureAwait(false))
                await one.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (tunnel.Ended.IsCancellationRequested)
        {
            throw tunnel.Failure();
        }
        finally
        {
            await failed.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ToServerAsync(TunnelStream tunnel, NetworkStream server, CancellationToken cancellationToken)
    {
        await tunnel.CopyToAsync(server, TunnelStream.MaxBody, cancellationToken).ConfigureAwait(false);
        server.Socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task FromServerAsync(TunnelStream tunnel, NetworkStream server, CancellationToken cancellationToken)
    {
        await server.CopyToAsync(tunnel, TunnelStream.MaxBody, cancellationToken).ConfigureAwait(false);
        await tunnel.EndWritingAsync(cancellationToken).ConfigureAwait(false);
    }
}
