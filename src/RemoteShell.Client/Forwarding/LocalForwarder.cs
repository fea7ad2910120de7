using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Forwarding;

/// <summary>Listens at this machine, and carries each connection through the server to a target.</summary>
/// <remarks>
/// When the connection to the server is lost, the socket stays open, new connections wait for the reconnect, and the others go on at the
/// exact byte. Disposing it closes the socket and all connections.
/// </remarks>
public sealed class LocalForwarder : IAsyncDisposable
{
    private readonly AcceptingSocket _socket;

    private LocalForwarder(AcceptingSocket socket) => _socket = socket;

    /// <summary>Where it listens; with the port that the system has chosen if 0 was asked for.</summary>
    public EndPoint Address => _socket.Address;

    /// <summary>Starts to listen.</summary>
    /// <param name="client">The connection to the server. It must outlive this forwarder.</param>
    /// <param name="listen">The address and port of this machine; port 0: the system chooses one; <c>::</c> takes IPv4 too.</param>
    /// <param name="target">The host and port, as the server resolves them.</param>
    /// <param name="failed">Called with what went wrong when one connection cannot be carried. It must not block.</param>
    /// <exception cref="SocketException">The port is in use, or may not be used.</exception>
    public static LocalForwarder Start(RemoteShellClient client, IPEndPoint listen, HostAddress target, Action<string>? failed)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Start(client, listen, ForwardTarget.Tcp(target.Host, target.Port), new() { Failed = failed });
    }

    /// <summary>Starts to listen.</summary>
    /// <param name="client">The connection to the server. It must outlive this forwarder.</param>
    /// <param name="listen">
    /// An <see cref="IPEndPoint"/> (port 0: the system chooses one; <c>::</c> takes IPv4 too), or a
    /// <see cref="UnixDomainSocketEndPoint"/>, whose socket only this user can connect to.
    /// </param>
    /// <param name="target">The target at the server.</param>
    /// <param name="options">What happens while the connection to the server is lost, and who learns of failures.</param>
    /// <exception cref="SocketException">The address is in use, or may not be used.</exception>
    /// <exception cref="ArgumentException">The address is of another kind, or the path is too long for a socket.</exception>
    public static LocalForwarder Start(RemoteShellClient client, EndPoint listen, ForwardTarget target, ForwardingOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        var carrier = new ConnectionCarrier(client, options);
        RemoteCommand command = RemoteCommand.Connect(target);
        string name = target.ToString();
        return new(AcceptingSocket.Start(listen, (socket, closed) => carrier.CarryAsync(socket, command, name, closed), options.Failed));
    }

    /// <summary>Closes the socket, and ends all connections.</summary>
    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
