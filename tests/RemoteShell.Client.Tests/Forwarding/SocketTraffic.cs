using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace RemoteShell.Client.Tests.Forwarding;

/// <summary>What tests send through sockets and receive from them.</summary>
internal static class SocketTraffic
{
    private const int PieceLength = 64 * 1024;

    public static async Task<Socket> ConnectAsync(EndPoint address)
    {
        Socket socket = address is UnixDomainSocketEndPoint
            ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address).Within();
        return socket;
    }

    /// <summary>Sends bytes, and ends the direction.</summary>
    public static async Task SendAllAsync(this Socket socket, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent, Math.Min(PieceLength, bytes.Length - sent)));
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Receives to the end of the direction.</summary>
    public static async Task<byte[]> ReceiveAllAsync(this Socket socket)
    {
        using var received = new MemoryStream();
        byte[] buffer = new byte[PieceLength];
        while (await socket.ReceiveAsync(buffer) is > 0 and int count)
            received.Write(buffer, 0, count);
        return received.ToArray();
    }

    /// <summary>Receives to the end, and compares.</summary>
    public static async Task ReceiveExpectedAsync(this Socket socket, byte[] expected)
    {
        byte[] received = await socket.ReceiveAllAsync();
        Assert.Equal(expected.Length, received.Length);
        Assert.Equal(SHA256.HashData(expected), SHA256.HashData(received));
    }

    /// <summary>Receives exactly so many bytes.</summary>
    public static async Task<byte[]> ReceiveExactlyAsync(this Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().Within();
            Assert.True(more > 0, $"the connection ended after {received} of {count} bytes");
            received += more;
        }

        return bytes;
    }

    /// <summary>Waits for a reset; an end in order is a failure.</summary>
    public static async Task IsResetAsync(this Socket socket)
    {
        byte[] buffer = new byte[PieceLength];
        var e = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                // What had arrived before the reset.
            }
        }).Within();
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    /// <summary>Sends back all that arrives on each of the next connections.</summary>
    public static async Task EchoAsync(this Socket listener, int connections)
    {
        List<Task> echoes = [];
        for (int i = 0; i < connections; i++)
        {
            Socket far = await listener.AcceptAsync();
            echoes.Add(Task.Run(async () =>
            {
                await using var stream = new NetworkStream(far, ownsSocket: true);
                await stream.CopyToAsync(stream);
                far.Shutdown(SocketShutdown.Send);
            }));
        }

        await Task.WhenAll(echoes);
    }

    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(600);
        return listener;
    }

    public static ForwardTarget TargetOf(Socket listener) => ForwardTarget.Tcp("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
}
