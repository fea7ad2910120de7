using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClassicServices.Tests;

/// <summary>A plain socket, as the clients of the originals use.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private readonly byte[] _seen = new byte[64 * 1024];

    public IPEndPoint Address => (IPEndPoint)socket.LocalEndPoint!;

    public static async Task<RawClient> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server).Within();
        return new(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes) => socket.SendAsync(bytes).Within();

    /// <summary>Sends the bytes one by one, each in its own segment.</summary>
    public async Task TrickleAsync(byte[] bytes)
    {
        foreach (byte one in bytes)
        {
            await SendAsync([one]);
            await Task.Yield();
        }
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int some = await socket.ReceiveAsync(bytes.AsMemory(read)).Within();
            Assert.True(some > 0, $"the server closed after {read} of {count} bytes: {Encoding.UTF8.GetString(bytes, 0, read)}");
            read += some;
        }

        return bytes;
    }

    /// <summary>Reads bytes and asserts that they are this text.</summary>
    public async Task SeesAsync(string text)
        => Assert.Equal(text, Encoding.UTF8.GetString(await ReadAsync(Encoding.UTF8.GetByteCount(text))));

    /// <summary>Reads a line, with its newline.</summary>
    public async Task<string> ReadLineAsync()
    {
        List<byte> line = [];
        while (true)
        {
            // Peeks, so as not to read beyond the line.
            int some = await socket.ReceiveAsync(_seen, SocketFlags.Peek).Within();
            int end = Array.IndexOf(_seen, (byte)'\n', 0, some);
            line.AddRange(await ReadAsync(end < 0 ? some : end + 1));
            if (end >= 0 || some == 0)
                return Encoding.UTF8.GetString([.. line]);
        }
    }

    /// <summary>Reads until the end of the connection.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        var piece = new byte[4096];
        while (await socket.ReceiveAsync(piece).Within() is > 0 and int count)
            all.Write(piece, 0, count);
        return all.ToArray();
    }

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes the connection with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
