using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Testing;

/// <summary>A route to a unix socket of a server, as a program takes it that carries connections there.</summary>
/// <param name="path">The path of the socket.</param>
public sealed class TunnelRoute(string path) : Route
{
    /// <summary>Connects to the socket.</summary>
    public static async Task<NetworkStream> OpenAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path)).WaitAsync(Waiting.Limit);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    protected override async Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken) => await OpenAsync(path);
}
