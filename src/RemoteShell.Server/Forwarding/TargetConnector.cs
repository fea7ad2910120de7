using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Forwarding;

/// <summary>Connects to the targets of forwarded connections.</summary>
internal static class TargetConnector
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Connects to a TCP port, within 10 s. The caller disposes the socket.</summary>
    /// <exception cref="ForwardingException">It cannot be reached.</exception>
    public static Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        return ConnectAsync(
            socket, new HostAddress(host, port).ToString(), token => socket.ConnectAsync(host, port, token), cancellationToken);
    }

    /// <summary>Connects to a unix socket, within 10 s. The caller disposes the socket.</summary>
    /// <exception cref="ForwardingException">It cannot be reached.</exception>
    public static async Task<Socket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        EndPoint target;
        try
        {
            target = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException e)
        {
            throw new ForwardingException(ForwardFault.NotFound, $"the server cannot reach {path}: the path is too long for a socket", e);
        }

        if (!Path.Exists(path))
            throw new ForwardingException(ForwardFault.NotFound, $"the server cannot reach {path}: it does not exist");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        return await ConnectAsync(socket, path, token => socket.ConnectAsync(target, token), cancellationToken);
    }

    private static async Task<Socket> ConnectAsync(
        Socket socket, string target, Func<CancellationToken, ValueTask> connect, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            await connect(limit.Token);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ForwardingException(ForwardingException.FaultOf(e), $"the server cannot reach {target}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new ForwardingException(ForwardFault.TimedOut, $"the server cannot reach {target}: no answer", e);
        }
        catch
        {
            // The target may have accepted the connection already.
            socket.Close(0);
            throw;
        }
    }
}
