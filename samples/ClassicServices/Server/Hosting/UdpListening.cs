using System.Net;
using System.Net.Sockets;

namespace ClassicServices.Server.Hosting;

/// <summary>The loop that takes datagrams, which all UDP services share. Each is answered before the next is taken.</summary>
internal sealed class UdpListening(Socket socket, Service service, Gathering gathering, ClassicOptions options)
{
    // The largest that IP can carry.
    private const int Largest = 65_507;

    public async Task RunAsync(CancellationToken ended)
    {
        var buffer = new byte[Largest];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!ended.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, any, ended);
                await service.HandleAsync(new UdpConversation(socket, (IPEndPoint)received.RemoteEndPoint, buffer.AsMemory(0, received.ReceivedBytes)), gathering, ended);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Whoever asked is gone (the system tells by an ICMP message), or the answer is larger than a datagram.
                options.Say($"{service.Name}: a datagram was not answered: {e.Message}");
            }
        }
    }
}
