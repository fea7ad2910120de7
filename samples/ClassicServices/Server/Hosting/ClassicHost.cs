using System.Net;
using System.Net.Sockets;

namespace ClassicServices.Server.Hosting;

/// <summary>The services that were asked for, from their first listening to an end in order.</summary>
internal sealed class ClassicHost : IAsyncDisposable
{
    private const int Attempts = 10;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Service, Gathering> _gatherings = [];
    private readonly List<(string Name, Socket Socket)> _listening = [];
    private readonly List<Task> _loops = [];
    private readonly CancellationTokenSource _listenersEnd = new();
    private readonly CancellationTokenSource _clientsEnd = new();
    private readonly ClassicOptions _options;

    private ClassicHost(ClassicOptions options) => _options = options;

    /// <summary>Where each service listens.</summary>
    public IEnumerable<(string Service, ProtocolType Protocol, IPEndPoint Address)> Listening
        => _listening.Select(one => (one.Name, one.Socket.ProtocolType, (IPEndPoint)one.Socket.LocalEndPoint!));

    /// <summary>Who is connected.</summary>
    public IEnumerable<(string Service, Conversation Peer)> Present
        => _gatherings.SelectMany(gathering => gathering.Value.Present.Select(peer => (gathering.Key.Name, peer)));

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">An address cannot be had.</exception>
    public static ClassicHost Start(ClassicOptions options)
    {
        var host = new ClassicHost(options);
        try
        {
            foreach (Service service in options.Services)
                host.Start(service);
            return host;
        }
        catch
        {
            foreach ((_, Socket socket) in host._listening)
                socket.Dispose();
            throw;
        }
    }

    /// <summary>Stops in order: the listeners first, then the clients, whose answers under way are sent.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listenersEnd.CancelAsync();
        foreach ((_, Socket socket) in _listening.Where(one => one.Socket.ProtocolType == ProtocolType.Tcp))
            socket.Dispose();
        await _clientsEnd.CancelAsync();
        await Task.WhenAll(_loops.Concat(_gatherings.Values.Select(gathering => gathering.EmptyAsync()))).WaitAsync(Grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach ((_, Conversation peer) in Present)
            peer.Drop();
        await Task.WhenAll(_gatherings.Values.Select(gathering => gathering.EmptyAsync()));
        foreach ((_, Socket socket) in _listening)
            socket.Dispose();
    }

    private void Start(Service service)
    {
        Gathering gathering = _gatherings[service] = new(_options);
        foreach (Socket socket in Bind(service, _options.Ports.GetValueOrDefault(service.Name, service.Port)))
        {
            _listening.Add((service.Name, socket));
            _loops.Add(socket.ProtocolType == ProtocolType.Udp
                ? new UdpListening(socket, service, gathering, _options).RunAsync(_listenersEnd.Token)
                : new TcpListening(socket, service, gathering, _options, () => _gatherings.Values.Sum(one => one.Count)).RunAsync(_listenersEnd.Token, _clientsEnd.Token));
        }
    }

    // One port for all addresses and protocols. One that was picked for the first may be somebody's at the next: then another one is.
    private List<Socket> Bind(Service service, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            List<Socket> bound = [];
            try
            {
                int picked = port;
                foreach (IPAddress address in _options.Addresses)
                    foreach ((SocketType type, ProtocolType protocol) in Wanted(service))
                    {
                        bound.Add(Bind(service, new(address, picked), type, protocol));
                        picked = ((IPEndPoint)bound[^1].LocalEndPoint!).Port;
                    }

                return bound;
            }
            catch (IOException)
            {
                bound.ForEach(socket => socket.Dispose());
                if (port != 0 || attempt == Attempts)
                    throw;
            }
        }
    }

    private static IEnumerable<(SocketType Type, ProtocolType Protocol)> Wanted(Service service)
    {
        if (service.OverTcp)
            yield return (SocketType.Stream, ProtocolType.Tcp);
        if (service.OverUdp)
            yield return (SocketType.Dgram, ProtocolType.Udp);
    }

    private static Socket Bind(Service service, IPEndPoint address, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        // The framework lets a TCP port be had again at once after a server has stopped (SO_REUSEADDR), and never by two at a time.
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = false;
        try
        {
            socket.Bind(address);
            if (type == SocketType.Stream)
                socket.Listen(1024);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{service.Name} cannot listen on {address}: {e.Message}", e);
        }

        return socket;
    }
}
