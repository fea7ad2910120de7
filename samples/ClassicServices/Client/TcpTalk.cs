using System.Net.Sockets;

namespace ClassicServices.Client;

/// <summary>A connection to a service, read by whatever tells where an answer ends.</summary>
internal sealed class TcpTalk : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private TcpTalk(Socket socket) => (_socket, _stream) = (socket, new(socket, ownsSocket: true));

    public static async Task<TcpTalk> ConnectAsync(Place place)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(place.Host, place.Port);
        return new(socket);
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes).AsTask();

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>So many bytes.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>So many bytes, in pieces as they come.</summary>
    public async Task ReadAsync(long count, Action<ReadOnlyMemory<byte>> piece)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            int read = await _stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)));
            if (read == 0)
                throw new EndOfStreamException($"the server closed the connection {count} bytes before the end");
            piece(buffer.AsMemory(0, read));
            count -= read;
        }
    }

    /// <summary>Bytes up to the first moment at which <paramref name="isWhole"/> says that it is an answer.</summary>
    public async Task<byte[]> ReadUntilAsync(Func<List<byte>, bool> isWhole)
    {
        List<byte> bytes = [];
        while (!isWhole(bytes))
            bytes.AddRange(await ReadAsync(1));
        return [.. bytes];
    }

    /// <summary>What comes next, whatever it is; empty at the end, null where nothing comes in time.</summary>
    public async Task<byte[]?> ReadSomeAsync(TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource();
        if (within is { } time)
            patience.CancelAfter(time);
        var buffer = new byte[4096];
        try
        {
            return buffer[..await _stream.ReadAsync(buffer, patience.Token)];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _stream.Dispose();
}
