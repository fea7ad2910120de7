using System.Net;
using System.Net.Sockets;

namespace ClassicServices.Server.Hosting;

/// <summary>The accept loop, which all TCP services share. Whatever one peer does, the others do not notice.</summary>
internal sealed class TcpListening(Socket listener, Service service, Gathering gathering, ClassicOptions options, Func<int> clients)
{
    // Out of descriptors: accepting again at once would only spin.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken listenersEnd, CancellationToken clientsEnd)
    {
        while (!listenersEnd.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(listenersEnd);
                Welcome(socket, clientsEnd);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, listenersEnd).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Welcome(Socket socket, CancellationToken clientsEnd)
    {
        if (clients() >= OpenFiles.MostClients)
        {
            // There is no place; the end of the connection says so.
            socket.Dispose();
            return;
        }

        IPEndPoint peer;
        try
        {
            peer = (IPEndPoint)socket.RemoteEndPoint!;
            socket.NoDelay = true;
            // A peer whose machine is gone sends nothing, not even an end: the system asks after it now and then.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        }
        catch (SocketException)
        {
            // It has left already.
            socket.Dispose();
            return;
        }

        var conversation = new TcpConversation(socket, peer, options.MessageGap, options.IdleTimeout ?? service.IdleTimeout);
        gathering.Add(conversation, () => TalkAsync(conversation, clientsEnd));
    }

    private async Task TalkAsync(TcpConversation conversation, CancellationToken clientsEnd)
    {
        await using (conversation)
        {
            try
            {
                await service.HandleAsync(conversation, gathering, clientsEnd);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The peer vanished, or the server stops.
            }
            catch (Exception e)
            {
                options.Say($"{service.Name}: the conversation with {conversation.Peer} failed: {e.Message}");
            }
        }
    }
}
