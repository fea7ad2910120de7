using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Forwarding;

/// <summary>Listens at this machine, and serves each connection. Disposing closes the socket, and ends all connections.</summary>
internal sealed class AcceptingSocket : IAsyncDisposable
{
    private const int Backlog = 128;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Socket _listener;
    private readonly Func<Socket, CancellationToken, Task> _serve;
    private readonly Action<string>? _failed;
    private readonly CancellationTokenSource _closed = new();
    private readonly CarriedConnections _connections = new();
    private readonly string? _path;
    private readonly Task _accepting;

    private AcceptingSocket(Socket listener, string? path, Func<Socket, CancellationToken, Task> serve, Action<string>? failed)
    {
        (_listener, _path, _serve, _failed) = (listener, path, serve, failed);
        Address = listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens; with the port that the system has chosen if 0 was asked for.</summary>
    public EndPoint Address { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="listen">An <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="serve">Serves a connection, which it closes. It does not throw. The token is cancelled on disposal.</param>
    /// <param name="failed">Called when a connection cannot be accepted.</param>
    /// <exception cref="SocketException">The address is in use, or may not be used.</exception>
    /// <exception cref="ArgumentException">The address is of another kind.</exception>
    public static AcceptingSocket Start(EndPoint listen, Func<Socket, CancellationToken, Task> serve, Action<string>? failed)
    {
        ArgumentNullException.ThrowIfNull(listen);
        return listen switch
        {
            IPEndPoint address => new(Listen(address), path: null, serve, failed),
            UnixDomainSocketEndPoint path => new(UnixListener.Listen(path.ToString(), Backlog), path.ToString(), serve, failed),
            _ => throw new ArgumentException("the address is neither of TCP nor of a unix socket", nameof(listen)),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Dispose();
        if (_path is not null)
            Remove(_path);
        await _connections.EndedAsync().ConfigureAwait(false);
        _closed.Dispose();
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is gone, or belongs to somebody else by now.
        }
    }

    private static void SetNoDelay(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            // The peer has left already. The first read of the connection fails then.
        }
    }

    private static Socket Listen(IPEndPoint address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                listener.DualMode = true;
            listener.Bind(address);
            listener.Listen(Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                await AcceptOneAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The forwarder is closed.
        }
    }

    private async Task AcceptOneAsync()
    {
        try
        {
            Socket accepted = await _listener.AcceptAsync(_closed.Token).ConfigureAwait(false);
            if (_path is null)
                SetNoDelay(accepted);
            _connections.Add(_serve(accepted, _closed.Token));
        }
        catch (SocketException e)
        {
            // Such as no free descriptor: connections wait in the queue until one is free.
            _failed?.Invoke($"{Address}: cannot accept a connection: {e.Message}");
            await Task.Delay(RetryPause, _closed.Token).ConfigureAwait(false);
        }
    }
}
