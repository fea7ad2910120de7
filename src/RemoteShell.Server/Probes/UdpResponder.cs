using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Datagrams;

namespace RemoteShell.Server.Probes;

/// <summary>Answers UDP probes on the ports of the TCP listener.</summary>
/// <remarks>Anyone who can send a datagram learns that the server runs and what its clock says, and nothing else.</remarks>
internal sealed class UdpResponder : IDisposable
{
    // The pause after a failed receive: while the network is down, the next receive fails too.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly List<Socket> _sockets = [];

    /// <summary>Binds the addresses and ports of the listener.</summary>
    /// <exception cref="RemoteShellException">An address cannot be bound, or there is none.</exception>
    public static UdpResponder Bind(IReadOnlyList<IPEndPoint> addresses)
    {
        if (FindFault(addresses) is { } fault)
            throw fault;
        var responder = new UdpResponder();
        foreach (IPEndPoint address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            responder._sockets.Add(socket);
            try
            {
                if (address.AddressFamily == AddressFamily.InterNetworkV6)
                    socket.DualMode = false;
                socket.Bind(address);
            }
            catch (SocketException e)
            {
                responder.Dispose();
                throw new RemoteShellException($"cannot answer UDP on {address}: {e.Message}", e)
                {
                    Hint = "choose another port with --listen HOST:PORT, or leave --udp out",
                };
            }
        }

        return responder;
    }

    /// <summary>Returns why probes cannot be answered on the ports of these addresses; null if there are any.</summary>
    public static RemoteShellException? FindFault(IReadOnlyList<IPEndPoint> addresses)
    {
        if (addresses.Count > 0)
            return null;
        return new("cannot answer UDP: the server listens on no TCP address")
        {
            Hint = "add an address with --listen HOST:PORT, or leave --udp out",
        };
    }

    /// <summary>Answers until the token is cancelled.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(_sockets.Select(socket => AnswerAsync(socket, stopping)));

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    private static async Task AnswerAsync(Socket socket, CancellationToken stopping)
    {
        // One byte more than a probe, to recognize longer datagrams.
        var datagram = new byte[Probe.Length + 1];
        var from = new SocketAddress(socket.AddressFamily);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                int count = await socket.ReceiveFromAsync(datagram, SocketFlags.None, from, stopping);
                if (Probe.TryReply(datagram.AsSpan(0, count), DateTimeOffset.UtcNow))
                    await socket.SendToAsync(datagram.AsMemory(0, count), SocketFlags.None, from, stopping);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The datagram is too long, its sender is gone, or the network is down.
                await Task.Delay(Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
