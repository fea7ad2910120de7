using System.Net;
using System.Net.Sockets;
using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Hosting;

/// <summary>Runs the chosen services, from the first listener to an orderly stop.</summary>
internal sealed class ClassicHost : IAsyncDisposable
{
    private const int BindAttempts = 10;
    private const int Backlog = 1024;

    // How long clients may take to receive their answers when the server stops.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Service, ConnectedPeers> _peers = [];
    private readonly List<(string Name, Socket Socket)> _listening = [];
    private readonly List<Task> _loops = [];
    private readonly CancellationTokenSource _stopListening = new();
    private readonly CancellationTokenSource _stopServing = new();
    private readonly ClassicOptions _options;

    private ClassicHost(ClassicOptions options) => _options = options;

    /// <summary>Where each service listens.</summary>
    public IEnumerable<(string Service, ProtocolType Protocol, IPEndPoint Address)> Listening
        => _listening.Select(one => (one.Name, one.Socket.ProtocolType, (IPEndPoint)one.Socket.LocalEndPoint!));

    /// <summary>The connected peers of all services.</summary>
    public IEnumerable<(string Service, Conversation Peer)> Connected
        => _peers.SelectMany(service => service.Value.All.Select(peer => (service.Key.Name, peer)));

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">An address is not available.</exception>
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

    /// <summary>Stops the listeners first, then the clients; answers that have begun are sent completely.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopListening.CancelAsync();
        foreach ((_, Socket socket) in _listening.Where(one => one.Socket.ProtocolType == ProtocolType.Tcp))
            socket.Dispose();
        await _stopServing.CancelAsync();
        await Task.WhenAll([.. _loops, WhenEmptyAsync()]).WaitAsync(Grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach ((_, Conversation peer) in Connected)
            peer.Drop();
        await WhenEmptyAsync();
        foreach ((_, Socket socket) in _listening)
            socket.Dispose();
    }

    private Task WhenEmptyAsync() => Task.WhenAll(_peers.Values.Select(peers => peers.WhenEmptyAsync()));

    private void Start(Service service)
    {
        ConnectedPeers peers = _peers[service] = new(_options);
        foreach (Socket socket in BindAll(service, _options.Ports.GetValueOrDefault(service.Name, service.Port)))
        {
            _listening.Add((service.Name, socket));
            _loops.Add(RunLoopAsync(socket, service, peers));
        }
    }

    private Task RunLoopAsync(Socket socket, Service service, ConnectedPeers peers)
    {
        if (socket.ProtocolType == ProtocolType.Udp)
            return new UdpReceiveLoop(socket, service, peers, _options).RunAsync(_stopListening.Token);
        var loop = new TcpAcceptLoop(socket, service, peers, _options, () => _peers.Values.Sum(one => one.Count));
        return loop.RunAsync(_stopListening.Token, _stopServing.Token);
    }

    // All addresses and protocols of a service have one port. If port 0 is asked for, the port picked for the first address may be
    // taken at the next one; then all are bound again.
    private List<Socket> BindAll(Service service, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            List<Socket> bound = [];
            try
            {
                int picked = port;
                foreach (IPAddress address in _options.Addresses)
                {
                    foreach ((SocketType type, ProtocolType protocol) in ProtocolsOf(service))
                    {
                        bound.Add(Bind(service, new(address, picked), type, protocol));
                        picked = ((IPEndPoint)bound[^1].LocalEndPoint!).Port;
                    }
                }

                return bound;
            }
            catch (IOException)
            {
                bound.ForEach(socket => socket.Dispose());
                if (port != 0 || attempt == BindAttempts)
                    throw;
            }
        }
    }

    private static IEnumerable<(SocketType Type, ProtocolType Protocol)> ProtocolsOf(Service service)
    {
        if (service.OverTcp)
            yield return (SocketType.Stream, ProtocolType.Tcp);
        if (service.OverUdp)
            yield return (SocketType.Dgram, ProtocolType.Udp);
    }

    private static Socket Bind(Service service, IPEndPoint address, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        // .NET sets SO_REUSEADDR, so a TCP port is available again at once after a server has stopped; two servers cannot share it.
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = false;
        try
        {
            socket.Bind(address);
            if (type == SocketType.Stream)
                socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{service.Name} cannot listen on {address}: {e.Message}", e);
        }

        return socket;
    }
}
