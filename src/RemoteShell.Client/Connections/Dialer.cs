using System.Net;
using System.Net.Sockets;
using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Connections;

/// <summary>Connects to an address and returns a TLS stream to a server whose key is trusted.</summary>
internal static class Dialer
{
    /// <summary>Makes one attempt.</summary>
    /// <param name="options">The server.</param>
    /// <param name="identity">This client's key.</param>
    /// <param name="limit">The most time for the connection and the handshake.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    public static async Task<SecureStream> DialAsync(
        ClientOptions options, Identity identity, TimeSpan limit, CancellationToken cancellationToken)
    {
        SecureStream secure = await InTimeAsync(options, limit, token => ReachAsync(options.Host, identity, token), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            // Outside of the time limit, because this may ask a person.
            await CheckAsync(options, secure, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says why a host cannot be reached.</summary>
    public static ConnectFailedException Unreachable(HostAddress host, SocketException e)
    {
        bool isLinkLocal = IPAddress.TryParse(host.Host, out IPAddress? address) && address is { IsIPv6LinkLocal: true, ScopeId: 0 };
        if (isLinkLocal)
            return WrongInterface(host, e);
        return e.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData
                => new($"there is no host named '{host.Host}'", e) { Hint = "check the name" },
            SocketError.TryAgain => new($"the name '{host.Host}' cannot be resolved now: the name service does not answer", e)
            {
                Hint = "check the name, the network, and the name servers in /etc/resolv.conf",
                IsPassing = true,
            },
            SocketError.ConnectionReset or SocketError.ConnectionAborted => Closed(host, e),
            SocketError.ConnectionRefused
                => new($"nothing listens at {host}", e) { Hint = "start the server there with 'rsh-server run', or check the port" },
            _ => new($"cannot reach {host}: {e.Message}", e) { Hint = "check the address and the network" },
        };
    }

    // What answers is unknown: a server that has too many handshakes in progress closes the connection.
    private static ConnectFailedException Closed(HostAddress host, Exception e)
        => new($"{host} closed the connection during the handshake: {e.Message}", e)
        {
            Hint = "check the port; if it is right, the server may have too many handshakes in progress: try again later",
            IsPassing = true,
        };

    private static ConnectFailedException WrongInterface(HostAddress host, SocketException e)
    {
        int percent = host.Host.IndexOf('%', StringComparison.Ordinal);
        if (percent < 0)
        {
            return new($"{host.Host} is a link-local address, and does not name a network interface", e)
            {
                Hint = $"name the network interface: [{host.Host}%eth0]:{host.Port}",
            };
        }

        return new($"there is no network interface '{host.Host[(percent + 1)..]}' here", e) { Hint = "list the interfaces with: ip link" };
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

    private static async Task<SecureStream> ReachAsync(HostAddress host, Identity identity, CancellationToken cancellationToken)
    {
        Socket socket;
        try
        {
            socket = await HappyEyeballs.ConnectAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw Unreachable(host, e);
        }

        try
        {
            return await SecureStream
                .ConnectAsync(new NetworkStream(socket, ownsSocket: true), identity, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TransportException e) when (e.InnerException is IOException)
        {
            throw Closed(host, e);
        }
        catch (TransportException e)
        {
            throw new ConnectFailedException($"{host} answers, but not as a RemoteShell server: {e.Message}", e)
            {
                Hint = "check the port",
            };
        }
    }

    private static async Task CheckAsync(ClientOptions options, SecureStream secure, CancellationToken cancellationToken)
    {
        if (!secure.HasNegotiatedProtocol)
            throw new ConnectFailedException($"{options.Host} speaks TLS, but not {SecureStream.AlpnName}") { Hint = "check the port" };
        if (secure.Peer is not { } key)
            throw new HostKeyException($"{options.Host} does not show a key of a known kind") { Hint = "check the port" };
        await new KnownHosts(options.KnownHostsFile).CheckAsync(options.Host, key, options.Trust, cancellationToken).ConfigureAwait(false);
    }
}
