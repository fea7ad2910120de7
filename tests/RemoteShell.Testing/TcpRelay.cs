using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Testing;

/// <summary>A TCP relay between a client and a server that can cut, stall, delay, and close one direction. It does not reorder.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _accepting;

    // Guarded by _gate.
    private readonly List<(Socket Client, Socket Server)> _pairs = [];
    private readonly List<Task> _copies = [];
    private TaskCompletionSource _open = Opened();

    public TcpRelay(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Number of connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Number of bytes passed to clients so far.</summary>
    public long Passed { get; private set; }

    /// <summary>Number of bytes passed to the server so far.</summary>
    public long PassedToServer { get; private set; }

    /// <summary>Number of bytes in both directions after which the relay stalls. Default: it does not.</summary>
    public long StallAfter { get; set; } = long.MaxValue;

    /// <summary>Number of bytes after which a connection is cut, by the connection's number. Default: unlimited.</summary>
    public Func<int, long> Budget { get; set; } = _ => long.MaxValue;

    /// <summary>Delay of each piece. Default: none.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether new connections are closed at once. Default: no.</summary>
    public bool IsDown { get; set; }

    /// <summary>Resets all connections.</summary>
    public void Cut()
    {
        foreach ((Socket client, Socket server) in Pairs())
        {
            Reset(client);
            Reset(server);
        }
    }

    /// <summary>Stops passing bytes on all connections, including later ones, without closing them.</summary>
    public void Stall()
    {
        lock (_gate)
            if (_open.Task.IsCompleted)
                _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Passes bytes again. Stalled connections are reset at the server.</summary>
    public void Go()
    {
        foreach ((Socket client, Socket server) in Pairs())
            Reset(server);
        lock (_gate)
            _open.TrySetResult();
    }

    /// <summary>Passes bytes on later connections only. Stalled ones stay open and silent.</summary>
    public void GoOnNewOnes()
    {
        lock (_gate)
            _open = Opened();
    }

    /// <summary>Closes the direction to the clients. The other direction continues.</summary>
    public void CloseTowardsClients()
    {
        foreach ((Socket client, _) in Pairs())
            client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Closes the direction to the server. The other direction continues.</summary>
    public void CloseTowardsServer()
    {
        foreach ((_, Socket server) in Pairs())
            server.Shutdown(SocketShutdown.Send);
    }

    public async ValueTask DisposeAsync()
    {
        // The listener is closed after its last accept: an accept on a closed listener throws what no loop expects.
        await _ended.CancelAsync();
        await _accepting;
        _listener.Dispose();
        Cut();
        Task[] copies;
        lock (_gate)
            copies = [.. _copies];
        await Task.WhenAll(copies).Within();
        _ended.Dispose();
    }

    private (Socket Client, Socket Server)[] Pairs()
    {
        lock (_gate)
            return [.. _pairs];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_ended.Token);
                Connections++;
                Socket? server = IsDown ? null : await TryConnectAsync();
                if (server is null)
                {
                    Reset(client);
                    continue;
                }

                long[] left = [Budget(Connections - 1)];
                lock (_gate)
                {
                    _pairs.Add((client, server));
                    _copies.Add(CopyAsync(client, server, left, towardsClient: 0));
                    _copies.Add(CopyAsync(server, client, left, towardsClient: 1));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The relay is closed.
        }
    }

    // Null while nothing listens there.
    private async Task<Socket?> TryConnectAsync()
    {
        var server = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(_target, _ended.Token);
            return server;
        }
        catch (SocketException)
        {
            server.Dispose();
            return null;
        }
    }

    private async Task CopyAsync(Socket from, Socket to, long[] left, int towardsClient)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _ended.Token) is > 0 and int count)
            {
                if (Passed + PassedToServer >= StallAfter)
                    Stall();
                Task open;
                lock (_gate)
                    open = _open.Task;
                await open.WaitAsync(_ended.Token);
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, _ended.Token);
                long may = Interlocked.Add(ref left[0], -count) + count;
                await to.SendAsync(buffer.AsMemory(0, (int)Math.Clamp(may, 0, count)), _ended.Token);
                Passed += towardsClient * count;
                PassedToServer += (1 - towardsClient) * count;
                if (may > count)
                    continue;
                Reset(from);
                Reset(to);
                return;
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Reset(from);
            Reset(to);
        }
    }

    private static void Reset(Socket socket) => socket.Close(0);

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open.SetResult();
        return open;
    }
}
