using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Testing;

/// <summary>A stretch of network between a client and a server that does what networks do: it cuts, stalls, delays, and closes one direction. It reorders nothing.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _accepting;

    // Under _gate.
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

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Bytes passed to clients so far.</summary>
    public long Passed { get; private set; }

    /// <summary>How many bytes each connection may carry before it is cut. Default: any number.</summary>
    public Func<int, long> Budget { get; set; } = _ => long.MaxValue;

    /// <summary>How long each piece is held. Default: not at all.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether new connections are closed at once. Default: no.</summary>
    public bool IsDown { get; set; }

    /// <summary>Resets all connections, as when a network changes.</summary>
    public void Cut()
    {
        foreach ((Socket client, Socket server) in Pairs())
        {
            Reset(client);
            Reset(server);
        }
    }

    /// <summary>Passes nothing on any more, and says nothing, on the connections that there are and on those to come.</summary>
    public void Stall()
    {
        lock (_gate)
            if (_open.Task.IsCompleted)
                _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Passes on again; what was stalled before stays so, since its other end gave it up.</summary>
    public void Go()
    {
        foreach ((Socket client, Socket server) in Pairs())
            Reset(server);
        lock (_gate)
            _open.TrySetResult();
    }

    /// <summary>Passes on again for connections to come; those that there are stay silent, and open.</summary>
    public void GoOnNewOnes()
    {
        lock (_gate)
            _open = Opened();
    }

    /// <summary>Tells the clients that nothing more comes, and goes on taking what they send.</summary>
    public void CloseTowardsClients()
    {
        foreach ((Socket client, _) in Pairs())
            client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Tells the server that nothing more comes, and goes on taking what it sends.</summary>
    public void CloseTowardsServer()
    {
        foreach ((_, Socket server) in Pairs())
            server.Shutdown(SocketShutdown.Send);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
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
                if (IsDown)
                {
                    Reset(client);
                    continue;
                }

                var server = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(_target, _ended.Token);
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

    private async Task CopyAsync(Socket from, Socket to, long[] left, int towardsClient)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _ended.Token) is > 0 and int count)
            {
                Task open;
                lock (_gate)
                    open = _open.Task;
                await open.WaitAsync(_ended.Token);
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, _ended.Token);
                long may = Interlocked.Add(ref left[0], -count) + count;
                await to.SendAsync(buffer.AsMemory(0, (int)Math.Clamp(may, 0, count)), _ended.Token);
                Passed += towardsClient * count;
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
