using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Routes;

/// <summary>A TCP connection to the server.</summary>
/// <param name="from">The address of this machine; null: the system chooses one.</param>
/// <param name="family">The family of addresses; unspecified: any.</param>
internal sealed class DirectRoute(IPAddress? from, AddressFamily family) : Route
{
    // Part of the name of a kept connection's socket.
    public override string ToString() => from is null && family == AddressFamily.Unspecified ? "direct" : $"direct {from} {family}";

    protected internal override async Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken)
    {
        try
        {
            Socket socket = await HappyEyeballs.ConnectAsync(host, new(from, family), cancellationToken).ConfigureAwait(false);
            return new SocketStream(socket);
        }
        catch (SocketException e)
        {
            throw UnreachableHost.For(host, e);
        }
    }
}
