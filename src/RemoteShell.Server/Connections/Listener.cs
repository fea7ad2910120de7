using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Connections;

/// <summary>The listening sockets, and the loops that accept from them.</summary>
internal sealed class Listener : IDisposable
{
    private const int Backlog = 512;
    private const int Attempts = 10;

    // Out of descriptors or memory: accepting again at once would only spin.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly List<Socket> _sockets = [];

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => [.. _sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];

    /// <summary>Binds all addresses; those with port 0 get one port, the same for all.</summary>
    /// <exception cref="RemoteShellException">An address cannot be had.</exception>
    public static Listener Bind(IReadOnlyList<IPEndPoint> addresses)
    {
        for (int attempt = 1; ; attempt++)
        {
            var listener = new Listener();
            try
            {
                listener.BindAll(addresses);
                return listener;
            }
            catch (RemoteShellException) when (attempt < Attempts && addresses.Any(address => address.Port == 0))
            {
                // The port that was picked for one address may be somebody's at the next: then another one is picked.
                listener.Dispose();
            }
            catch
            {
                listener.Dispose();
                throw;
            }
        }
    }

    /// <summary>Accepts until the token or <see cref="Dispose"/> ends it. Nothing that <paramref name="accepted"/> does may make it wait.</summary>
    public Task AcceptAsync(Action<Socket> accepted, CancellationToken stopping)
        => Task.WhenAll(_sockets.Select(socket => AcceptAsync(socket, accepted, stopping)));

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    private void BindAll(IReadOnlyList<IPEndPoint> addresses)
    {
        int picked = 0;
        foreach (IPEndPoint address in addresses)
        {
            // A machine without IPv6 still has its other loopback.
            if (address.Address.Equals(IPAddress.IPv6Loopback) && !Socket.OSSupportsIPv6 && addresses.Count > 1)
                continue;
            Socket socket = Bind(address.Port == 0 ? new(address.Address, picked) : address);
            _sockets.Add(socket);
            if (address.Port == 0)
                picked = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
    }

    private static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(address);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new RemoteShellException($"cannot listen on {address}: {e.Message}", e) { Hint = "choose another address with --listen HOST:PORT; port 0 picks a free one" };
        }
    }

    private static async Task AcceptAsync(Socket listening, Action<Socket> accepted, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listening.AcceptAsync(stopping);
                accepted(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The peer left while it waited, or the system is out of something: neither ends the listening.
                await Task.Delay(AcceptPause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
