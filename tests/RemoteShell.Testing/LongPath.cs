using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace RemoteShell.Testing;

/// <summary>A network path with a long delay and unlimited bandwidth: every byte arrives a fixed time later.</summary>
public sealed class LongPath : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly TimeSpan _delay;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _copies = [];
    private readonly Task _accepting;

    /// <summary>Starts to accept connections.</summary>
    /// <param name="target">The server.</param>
    /// <param name="delay">The delay of each byte, in each direction.</param>
    public LongPath(IPEndPoint target, TimeSpan delay)
    {
        (_target, _delay) = (target, delay);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_copies).Within();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_ended.Token);
                var server = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(_target, _ended.Token);
                _copies.Add(CopyAsync(client, server));
                _copies.Add(CopyAsync(server, client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The path is closed.
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var underWay = Channel.CreateUnbounded<(long Due, byte[] Bytes, int Count)>(new() { SingleReader = true, SingleWriter = true });
        Task arriving = ArriveAsync(underWay.Reader, to);
        try
        {
            while (true)
            {
                byte[] bytes = ArrayPool<byte>.Shared.Rent(256 * 1024);
                int count = await from.ReceiveAsync(bytes, _ended.Token);
                if (count == 0)
                    break;
                underWay.Writer.TryWrite((Environment.TickCount64 + (long)_delay.TotalMilliseconds, bytes, count));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            to.Close(0);
        }

        underWay.Writer.Complete();
        await arriving;
    }

    private async Task ArriveAsync(ChannelReader<(long Due, byte[] Bytes, int Count)> underWay, Socket to)
    {
        try
        {
            await foreach ((long due, byte[] bytes, int count) in underWay.ReadAllAsync(_ended.Token))
            {
                if (due - Environment.TickCount64 is > 0 and long early)
                    await Task.Delay(TimeSpan.FromMilliseconds(early), _ended.Token);
                for (int sent = 0; sent < count;)
                    sent += await to.SendAsync(bytes.AsMemory(sent, count - sent), _ended.Token);
                ArrayPool<byte>.Shared.Return(bytes);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            to.Close(0);
        }
    }
}
