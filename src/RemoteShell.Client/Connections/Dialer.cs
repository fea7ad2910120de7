using RemoteShell.Client.Routes;
using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Connections;

/// <summary>Connects to an address and returns a TLS stream to a server whose key is trusted.</summary>
internal static class Dialer
{
    /// <summary>Makes one attempt.</summary>
    /// <param name="options">The server.</param>
    /// <param name="identity">This client's key.</param>
    /// <param name="limit">The most time for the connection and the handshake, without that to a jump host.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    public static async Task<TrustedServer> DialAsync(
        ClientOptions options, Identity identity, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Outside of the time limit, because this may ask a person.
        Route route = await options.Route.PrepareAsync(cancellationToken).ConfigureAwait(false);
        HostAddress host = options.Host;
        SecureStream secure = await InTimeAsync(options, limit, token => ReachAsync(route, host, identity, token), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            // This may ask a person too.
            return new(secure, await CheckAsync(options, secure, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<SecureStream> InTimeAsync(
        ClientOptions options, TimeSpan limit, Func<CancellationToken, Task<SecureStream>> reach, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            return await reach(time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectFailedException($"no answer from {options.Host} within {options.ConnectTimeout.TotalSeconds:0.###} s")
            {
                Hint = "check the address, and that no firewall on the way drops its packets",
                IsTimeout = true,
            };
        }
    }

    private static async Task<SecureStream> ReachAsync(
        Route route, HostAddress host, Identity identity, CancellationToken cancellationToken)
    {
        Stream stream = await route.OpenAsync(host, cancellationToken).ConfigureAwait(false);
        try
        {
            return await SecureStream.ConnectAsync(stream, identity, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException e) when (e.InnerException is IOException)
        {
            throw UnreachableHost.Closed(host, e);
        }
        catch (TransportException e)
        {
            throw new ConnectFailedException($"{host} answers, but not as a RemoteShell server: {e.Message}", e)
            {
                Hint = "check the port",
            };
        }
    }

    private static async Task<HostKeyFollower?> CheckAsync(ClientOptions options, SecureStream secure, CancellationToken cancellationToken)
    {
        if (!secure.HasNegotiatedProtocol)
            throw new ConnectFailedException($"{options.Host} speaks TLS, but not {SecureStream.AlpnName}") { Hint = "check the port" };
        if (secure.Peer is not { } key)
            throw new HostKeyException($"{options.Host} does not show a key of a known kind") { Hint = "check the port" };
        return await new KnownHosts(options.KnownHostsFile)
            .CheckAsync(options.Host, key, secure.HostCertificate, options.Trust, cancellationToken)
            .ConfigureAwait(false);
    }
}
