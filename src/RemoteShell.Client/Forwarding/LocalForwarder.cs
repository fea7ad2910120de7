using System.Net;
using System.Net.Sockets;
using RemoteShell.Client.Streams;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Forwarding;

/// <summary>Listens on a port of this machine, and carries each connection through the server to a target.</summary>
/// <remarks>
/// The port stays open when the connection to the server is lost: connections that ran end, and new ones wait for the reconnect. Disposing
/// it closes the port and all connections.
/// </remarks>
public sealed class LocalForwarder : IAsyncDisposable
{
    // What a connection may hold in each direction, beside the windows.
    private const int BufferSize = 64 * 1024;
    private const int Backlog = 128;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly RemoteShellClient _client;
    private readonly HostAddress _target;
    private readonly Action<string>? _failed;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private readonly Task _accepting;

    // Guarded by _gate.
    private readonly HashSet<Task> _connections = [];

    private LocalForwarder(RemoteShellClient client, Socket listener, HostAddress target, Action<string>? failed)
    {
        (_client, _listener, _target, _failed) = (client, listener, target, failed);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens; with the port that the system has chosen if 0 was asked for.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Starts to listen.</summary>
    /// <param name="client">The connection to the server. It must outlive this forwarder.</param>
    /// <param name="listen">The address and port of this machine; port 0: the system chooses one; <c>::</c> takes IPv4 too.</param>
    /// <param name="target">The host and port, as the server resolves them.</param>
    /// <param name="failed">Called with what went wrong when one connection cannot be carried. It must not block.</param>
    /// <exception cref="SocketException">The port is in use, or may not be used.</exception>
    public static LocalForwarder Start(RemoteShellClient client, IPEndPoint listen, HostAddress target, Action<string>? failed)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(target);
        var listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (listen.Address.Equals(IPAddress.IPv6Any))
                listener.DualMode = true;
            listener.Bind(listen);
            listener.Listen(Backlog);
            return new(client, listener, target, failed);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Closes the port, and ends all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Dispose();
        Task[] running;
        lock (_gate)
            running = [.. _connections];
        await Task.WhenAll(running).ConfigureAwait(false);
        _closed.Dispose();
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
            Task carrying = CarryAsync(accepted);
            lock (_gate)
                _connections.Add(carrying);
            _ = carrying.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        catch (SocketException e)
        {
            // Such as no free descriptor: connections wait in the queue until one is free.
            _failed?.Invoke($"{_target}: cannot accept a connection: {e.Message}");
            await Task.Delay(RetryPause, _closed.Token).ConfigureAwait(false);
        }
    }

    private void Remove(Task ended)
    {
        lock (_gate)
            _connections.Remove(ended);
    }

    private async Task CarryAsync(Socket accepted)
    {
        using var local = new NetworkStream(accepted, ownsSocket: true);
        try
        {
            Stream remote = await _client.ForwardAsync(_target.Host, _target.Port, _closed.Token).ConfigureAwait(false);
            await using (remote.ConfigureAwait(false))
                await CarryAsync(accepted, local, (ForwardedStream)remote).ConfigureAwait(false);
        }
        catch (RemoteShellException e)
        {
            _failed?.Invoke($"{_target}: {e.Message}");
            Reset(accepted);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One end is gone without an end of its bytes: the other end learns it in the same way.
            Reset(accepted);
        }
    }

    private async Task CarryAsync(Socket accepted, NetworkStream local, ForwardedStream remote)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        Task there = CopyAsync(local, remote, remote.EndAsync, broken);
        Task back = CopyAsync(remote, local, EndLocal, broken);
        await Task.WhenAll(there, back).ConfigureAwait(false);
        await remote.CompleteAsync(broken.Token).ConfigureAwait(false);

        ValueTask EndLocal()
        {
            accepted.Shutdown(SocketShutdown.Send);
            return ValueTask.CompletedTask;
        }
    }

    // The end of one direction leaves the other one open; a failure ends both.
    private static async Task CopyAsync(Stream from, Stream to, Func<ValueTask> end, CancellationTokenSource broken)
    {
        try
        {
            byte[] buffer = new byte[BufferSize];
            while (await from.ReadAsync(buffer, broken.Token).ConfigureAwait(false) is > 0 and int count)
                await to.WriteAsync(buffer.AsMemory(0, count), broken.Token).ConfigureAwait(false);
            await end().ConfigureAwait(false);
        }
        catch
        {
            await broken.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static void Reset(Socket socket) => socket.Close(0);
}
