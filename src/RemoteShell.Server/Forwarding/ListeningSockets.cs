using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Forwarding;

/// <summary>The sockets on which a <c>listen</c> job listens. Disposing closes them, and removes what they have made on the disk.</summary>
internal sealed class ListeningSockets : IDisposable
{
    private const int Backlog = 128;
    private const int MaxAttempts = 16;
    private const string AllAddresses = "*";
    private const string Local = "localhost";

    private readonly List<Socket> _sockets = [];

    // Null: TCP.
    private string? _path;
    private string? _folder;

    private ListeningSockets()
    {
    }

    /// <summary>The sockets, at least one.</summary>
    public IReadOnlyList<Socket> Sockets => _sockets;

    /// <summary>The address and port of the first socket, or the path.</summary>
    public string Text => _path ?? _sockets[0].LocalEndPoint!.ToString()!;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ForwardingException">The address cannot be used.</exception>
    public static async Task<ListeningSockets> OpenAsync(ListenPlace place, CancellationToken cancellationToken)
    {
        var opened = new ListeningSockets();
        try
        {
            if (place.Agent)
                opened.ListenForAgent();
            else if (place.Socket is { } path)
                opened.Listen(path);
            else
                opened.Listen(await AddressesOfAsync(place.HostOrLocal, cancellationToken), place.Port ?? 0);
            return opened;
        }
        catch (SocketException e)
        {
            opened.Dispose();
            throw new ForwardingException(
                ForwardingException.FaultOf(e), $"the server cannot listen on {place.Text}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // ArgumentException: the path of a socket has at most about 100 bytes.
            opened.Dispose();
            string reason = e is ArgumentException ? "the path is too long for a socket" : e.Message;
            string fault = e is UnauthorizedAccessException ? ForwardFault.NotAllowed : ForwardFault.Failed;
            throw new ForwardingException(fault, $"the server cannot listen on {place.Text}: {reason}", e);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            StopListening(socket);
            socket.Dispose();
        }

        try
        {
            if (_path is not null)
                File.Delete(_path);
            if (_folder is not null)
                Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody has removed them, or taken the folder away.
        }
    }

    private static async Task<IReadOnlyList<IPAddress>> AddressesOfAsync(string host, CancellationToken cancellationToken)
    {
        if (string.Equals(host, Local, StringComparison.OrdinalIgnoreCase))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        if (host == AllAddresses)
            return [IPAddress.Any, IPAddress.IPv6Any];
        return IPAddress.TryParse(host, out IPAddress? address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
    }

    // Of several addresses, all get the same port. One that this machine does not have, such as those of IPv6, is left out.
    private void Listen(IReadOnlyList<IPAddress> addresses, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                foreach (IPAddress address in addresses)
                    TryListen(new(address, port == 0 && _sockets.Count > 0 ? PortOf(_sockets[0]) : port));
                break;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && port == 0 && attempt < MaxAttempts)
            {
                // The port that was chosen for the first address is in use at another one.
                CloseAll();
            }
        }

        if (_sockets.Count == 0)
            throw new SocketException((int)SocketError.AddressNotAvailable);
    }

    private void TryListen(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(address);
            socket.Listen(Backlog);
            _sockets.Add(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (e.SocketErrorCode is not (SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported))
                throw;
        }
    }

    private void ListenForAgent()
    {
        _folder = Directory.CreateTempSubdirectory("rsh-agent-").FullName;
        Listen(Path.Combine(_folder, "agent.sock"));
    }

    private void Listen(string path)
    {
        _sockets.Add(UnixListener.Listen(path, Backlog));
        _path = path;
    }

    private void CloseAll()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
        _sockets.Clear();
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

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
            // This system has no such end (macOS).
        }
    }
}
