using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Testing;

/// <summary>A server that speaks TLS with a key of its own, and then does what the test wants.</summary>
public sealed class HostileServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Identity _identity;
    private readonly Func<HostileConnection, Task> _behave;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private int _connections;

    /// <summary>Starts the server.</summary>
    /// <param name="behave">Called for each connection after its TLS handshake; the connection is closed when it returns.</param>
    public HostileServer(Func<HostileConnection, Task> behave)
    {
        _behave = behave;
        _identity = Identity.LoadOrCreate(_folder["host.pem"]);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>A server that says hello and these frames after the first request, and then nothing more.</summary>
    public static HostileServer Saying(params string[] frames) => new(async connection =>
    {
        await connection.SayAsync(RawPeer.Hello);
        await connection.ReadOpenAsync();
        await connection.SayAsync(frames);
        await connection.DrainAsync();
    });

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>The address as a user writes it.</summary>
    public string Host => Address.ToString();

    /// <summary>The number of connections so far, including those without a handshake.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Whether a connection, by its number from 1, is reset before the handshake. Default: none is.</summary>
    public Func<int, bool> ResetsBeforeHandshake { get; init; } = _ => false;

    /// <summary>Options for a client that accepts this server.</summary>
    public ClientOptions Options => new()
    {
        Folder = _folder["client"],
        Host = new("127.0.0.1", Address.Port),
        Trust = new() { AcceptNew = true },
        Authorization = AuthorizationCheck.OnFirstRequest,
    };

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _accepting.Within();
        _listener.Dispose();
        await Task.WhenAll(_serving).Within();
        _identity.Dispose();
        _ended.Dispose();
        _folder.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_ended.Token);
                int number = Interlocked.Increment(ref _connections);
                if (ResetsBeforeHandshake(number))
                    socket.Close(0);
                else
                    _serving.Add(Task.Run(() => ServeAsync(socket, number)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server is closed.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        socket.NoDelay = true;
        try
        {
            SecureStream secure = await SecureStream
                .AcceptAsync(new NetworkStream(socket, ownsSocket: true), _identity, _ended.Token);
            await using var connection = new HostileConnection(number, socket, secure.Stream, _ended.Token);
            await _behave(connection);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or TransportException or ObjectDisposedException)
        {
            // The client has left, or the test is over.
        }
    }
}
