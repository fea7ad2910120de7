using System.Net;
using System.Net.Sockets;
using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Hosting;

/// <summary>Receives the datagrams of a UDP service. Each is answered before the next one is received.</summary>
internal sealed class UdpReceiveLoop(Socket socket, Service service, ConnectedPeers peers, ClassicOptions options)
{
    // The most bytes of a datagram over IP.
    private const int MaxDatagramBytes = 65_507;

    public async Task RunAsync(CancellationToken stopping)
    {
        var buffer = new byte[MaxDatagramBytes];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, any, stopping);
                ReadOnlyMemory<byte> datagram = buffer.AsMemory(0, received.ReceivedBytes);
                await service.HandleAsync(new UdpConversation(socket, (IPEndPoint)received.RemoteEndPoint, datagram), peers, stopping);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // The peer is gone (an ICMP message tells the system), or the answer does not fit into a datagram.
                options.Log($"{service.Name}: a datagram was not answered: {e.Message}");
            }
        }
    }
}
