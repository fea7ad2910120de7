using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Testing.Nats;

/// <summary>A TCP proxy before a NATS server that loses, doubles, swaps and delays the messages for its clients.</summary>
public sealed class NatsProxy : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _accepting;

    // Guarded by _gate.
    private readonly List<(NatsPassage Passage, Task Running)> _passages = [];
    private NatsFaults _faults = new();
    private Random _random = new(0);
    private int _faulty;

    public NatsProxy(NatsServer server)
    {
        _target = server.Address;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address for clients.</summary>
    public string Url => $"nats://{_listener.LocalEndpoint}";

    /// <summary>The number of messages with a fault so far.</summary>
    public int Faulty => Volatile.Read(ref _faulty);

    /// <summary>What is done to messages from now on. Default: nothing.</summary>
    public NatsFaults Faults
    {
        get
        {
            lock (_gate)
                return _faults;
        }

        set
        {
            lock (_gate)
                (_faults, _random) = (value, new(value.Seed));
        }
    }

    /// <summary>Resets all connections. Clients can connect again.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach ((NatsPassage passage, _) in _passages)
                passage.Cut();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The listener is closed after its last accept: an accept on a closed listener throws what no loop expects.
        await _ended.CancelAsync();
        await _accepting;
        _listener.Dispose();
        Cut();
        Task[] running;
        lock (_gate)
            running = [.. _passages.Select(one => one.Running)];
        await Task.WhenAll(running).Within();
        _ended.Dispose();
    }

    /// <summary>Decides about a message: how often it comes, whether behind the next one, and how much later.</summary>
    internal (int Times, bool IsSwapped, TimeSpan Delay) Decide(string subject)
    {
        lock (_gate)
        {
            if (!_faults.Concerns(subject))
                return (1, false, default);
            int times = _random.NextDouble() < _faults.Lost ? 0 : _random.NextDouble() < _faults.Doubled ? 2 : 1;
            bool isSwapped = _random.NextDouble() < _faults.Swapped;
            TimeSpan delay = _random.NextDouble() < _faults.Late ? _faults.Delay : default;
            if (times != 1 || isSwapped || delay > TimeSpan.Zero)
                _faulty++;
            return (times, isSwapped, delay);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_ended.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                var passage = new NatsPassage(this, client, server);
                lock (_gate)
                    _passages.Add((passage, passage.RunAsync(_target, _ended.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The proxy is closed.
        }
    }
}
