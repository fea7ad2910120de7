using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Routes;

/// <summary>A TCP connection to the server.</summary>
internal sealed class DirectRoute : Route
{
    public override string ToString() => "direct";

    protected internal override async Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken)
    {
        try
        {
            Socket socket = await HappyEyeballs.ConnectAsync(host, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            throw UnreachableHost.For(host, e);
        }
    }
}
