using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Connections;

/// <summary>Listens on TCP addresses and unix sockets, and accepts connections.</summary>
internal sealed class Listener : IDisposable
{
    private const int Backlog = 512;
    private const int MaxBindAttempts = 10;

    // The pause after a failed accept: without file descriptors or memory, the next accept fails too.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly List<Socket> _sockets = [];

    /// <summary>The bound addresses.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => [.. _sockets.Select(socket => socket.LocalEndPoint).OfType<IPEndPoint>()];

    /// <summary>Binds and listens on all addresses and paths. Port 0 picks a free port, the same for all addresses.</summary>
    /// <exception cref="RemoteShellException">An address or a path cannot be bound, or there is none.</exception>
    public static Listener Bind(IReadOnlyList<IPEndPoint> addresses, IReadOnlyList<string> paths)
    {
        if (addresses.Count + paths.Count == 0)
            throw NothingToListenOn();
        Listener listener = Bind(addresses);
        try
        {
            foreach (string path in paths)
                listener._sockets.Add(TunnelSocket.Listen(path, Backlog));
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private static Listener Bind(IReadOnlyList<IPEndPoint> addresses)
    {
        for (int attempt = 1; ; attempt++)
        {
            var listener = new Listener();
            try
            {
                listener.BindAll(addresses);
                return listener;
            }
            catch (RemoteShellException) when (attempt < MaxBindAttempts && addresses.Any(address => address.Port == 0))
            {
                // Another process may use the picked port on the next address. Picks another port then.
                listener.Dispose();
            }
            catch
            {
                listener.Dispose();
                throw;
            }
        }
    }

    /// <summary>Accepts connections until the token is cancelled or <see cref="Dispose"/> is called.</summary>
    /// <param name="accepted">Receives each socket, and owns it. It must not block.</param>
    /// <param name="stopping">Ends the accepting.</param>
    public Task AcceptAsync(Action<Socket> accepted, CancellationToken stopping)
        => Task.WhenAll(_sockets.Select(socket => AcceptAsync(socket, accepted, stopping)));

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            StopListening(socket);
            socket.Dispose();
        }
    }

    /// <summary>Tries to bind each address, and releases it; looks at each path. One that is in use is not a fault.</summary>
    /// <returns>The faults of addresses and paths that cannot be bound.</returns>
    public static IReadOnlyList<RemoteShellException> FindFaults(IReadOnlyList<IPEndPoint> addresses, IReadOnlyList<string> paths)
    {
        List<RemoteShellException> faults = [.. paths.Select(TunnelSocket.FindFault).OfType<RemoteShellException>()];
        if (addresses.Count + paths.Count == 0)
            faults.Add(NothingToListenOn());
        foreach (IPEndPoint address in addresses.Where(address => !MayBeLeftOut(address, addresses)))
        {
            try
            {
                using Socket socket = Open(address);
            }
            catch (SocketException e)
            {
                if (e.SocketErrorCode != SocketError.AddressAlreadyInUse)
                    faults.Add(CannotListen(address, e));
            }
        }

        return faults;
    }

    // Without IPv6, the other addresses are enough.
    private static bool MayBeLeftOut(IPEndPoint address, IReadOnlyList<IPEndPoint> all)
        => address.Address.Equals(IPAddress.IPv6Loopback) && !Socket.OSSupportsIPv6 && all.Count > 1;

    private void BindAll(IReadOnlyList<IPEndPoint> addresses)
    {
        int picked = 0;
        foreach (IPEndPoint address in addresses)
        {
            if (MayBeLeftOut(address, addresses))
                continue;
            Socket socket = Bind(address.Port == 0 ? new(address.Address, picked) : address);
            _sockets.Add(socket);
            if (address.Port == 0)
                picked = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
    }

    private static Socket Bind(IPEndPoint address)
    {
        Socket? socket = null;
        try
        {
            socket = Open(address);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw CannotListen(address, e);
        }
    }

    private static Socket Open(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A process that is being started has a copy of each descriptor until it executes its program: closing alone would leave the address in
    // use until then.
    private static void StopListening(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It did not listen yet, or this system has no such end (macOS).
        }
    }

    private static RemoteShellException NothingToListenOn()
        => new("the server has no address to listen on") { Hint = "give it one with --listen HOST:PORT or --listen unix:PATH" };

    private static RemoteShellException CannotListen(IPEndPoint address, SocketException e)
        => new($"cannot listen on {address}: {e.Message}", e)
        {
            Hint = "choose another address with --listen HOST:PORT; port 0 picks a free port",
        };

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
                // The peer has left, or the system lacks file descriptors or memory: neither ends the listening.
                await Task.Delay(AcceptPause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
