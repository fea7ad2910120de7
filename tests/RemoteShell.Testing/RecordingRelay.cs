using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Testing;

/// <summary>A TCP relay that keeps all bytes that it passes on.</summary>
public sealed class RecordingRelay : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;

    // Guarded by itself.
    private readonly MemoryStream _seen = new();

    public RecordingRelay(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>What was passed on so far, in both directions.</summary>
    public byte[] Seen
    {
        get
        {
            lock (_seen)
                return _seen.ToArray();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> pairs = [];
        while (!_ended.IsCancellationRequested)
            pairs.Add(PassAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
        await Task.WhenAll(pairs);
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(_target, _ended.Token);
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer, _ended.Token) is > 0 and int count)
        {
            lock (_seen)
                _seen.Write(buffer, 0, count);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _ended.Token);
        }

        to.Client.Shutdown(SocketShutdown.Send);
    }
}
