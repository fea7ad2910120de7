using System.Net;
using System.Net.Sockets;
using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Hosting;

/// <summary>Accepts the connections of a TCP service. One peer cannot disturb the others.</summary>
/// <param name="listener">The listening socket.</param>
/// <param name="service">The service.</param>
/// <param name="peers">The peers of the service.</param>
/// <param name="options">The options of the command line.</param>
/// <param name="countClients">Counts the clients of all services.</param>
internal sealed class TcpAcceptLoop(Socket listener, Service service, ConnectedPeers peers, ClassicOptions options, Func<int> countClients)
{
    private const int KeepAliveSeconds = 60;

    // Without free descriptors, accepting again at once would only spin.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken stopListening, CancellationToken stopServing)
    {
        while (!stopListening.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(stopListening);
                Serve(socket, stopServing);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, stopListening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Serve(Socket socket, CancellationToken stopServing)
    {
        if (countClients() >= OpenFiles.MaxClients)
        {
            // Too many clients: the connection is closed.
            socket.Dispose();
            return;
        }

        IPEndPoint peer;
        try
        {
            peer = (IPEndPoint)socket.RemoteEndPoint!;
            socket.NoDelay = true;
            // A peer whose machine is gone sends nothing, not even an end: the system probes it.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        }
        catch (SocketException)
        {
            // The peer has left already.
            socket.Dispose();
            return;
        }

        var conversation = new TcpConversation(socket, peer, options.MessageGap, options.IdleTimeout ?? service.IdleTimeout);
        peers.Add(conversation, () => ServeAsync(conversation, stopServing));
    }

    private async Task ServeAsync(TcpConversation conversation, CancellationToken stopServing)
    {
        await using (conversation)
        {
            try
            {
                await service.HandleAsync(conversation, peers, stopServing);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The peer vanished, or the server stops.
            }
            catch (Exception e)
            {
                options.Log($"{service.Name}: the conversation with {conversation.Peer} failed: {e.Message}");
            }
        }
    }
}
