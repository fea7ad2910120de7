using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>A TCP server on a free loopback port that sends zeros to each connection without an end.</summary>
internal sealed class EndlessSource : IDisposable
{
    private const int PieceSize = 256 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public EndlessSource()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A port that nobody uses now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Reads from a port until the token is cancelled.</summary>
    public static async Task DrainAsync(int port, CancellationToken stop)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, stop);
            await client.GetStream().CopyToAsync(Stream.Null, PieceSize, stop);
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = SendAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The source is disposed of.
        }
    }

    private static async Task SendAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                byte[] zeros = new byte[PieceSize];
                while (true)
                    await client.GetStream().WriteAsync(zeros);
            }
        }
        catch (IOException)
        {
            // The reader has left.
        }
    }
}
