using System.Net.Sockets;

namespace ClassicServices.Client.Conversations;

/// <summary>A TCP connection to a service, with a method for each way to find the end of an answer.</summary>
internal sealed class TcpConnection : IDisposable
{
    private const int ChunkSize = 64 * 1024;
    private const int SmallChunkSize = 4096;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private TcpConnection(Socket socket) => (_socket, _stream) = (socket, new(socket, ownsSocket: true));

    public static async Task<TcpConnection> OpenAsync(Target target)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target.Host, target.Port);
        return new(socket);
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes).AsTask();

    /// <summary>Ends this side of the connection.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads exactly <paramref name="count"/> bytes.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes, and passes them on as they arrive.</summary>
    public async Task ReadAsync(long count, Action<ReadOnlyMemory<byte>> received)
    {
        var buffer = new byte[ChunkSize];
        while (count > 0)
        {
            int read = await _stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)));
            if (read == 0)
                throw new EndOfStreamException($"the server closed the connection {count} bytes before the end");
            received(buffer.AsMemory(0, read));
            count -= read;
        }
    }

    /// <summary>Reads until <paramref name="isWhole"/> says that the bytes are a whole answer.</summary>
    public async Task<byte[]> ReadUntilAsync(Func<List<byte>, bool> isWhole)
    {
        List<byte> bytes = [];
        while (!isWhole(bytes))
            bytes.AddRange(await ReadAsync(1));
        return [.. bytes];
    }

    /// <summary>Reads what arrives next: empty at the end of the connection, null if nothing arrives in time.</summary>
    public async Task<byte[]?> ReadSomeAsync(TimeSpan? within = null)
    {
        using var timeout = new CancellationTokenSource();
        if (within is { } time)
            timeout.CancelAfter(time);
        var buffer = new byte[SmallChunkSize];
        try
        {
            int count = await _stream.ReadAsync(buffer, timeout.Token);
            return buffer[..count];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _stream.Dispose();
}
