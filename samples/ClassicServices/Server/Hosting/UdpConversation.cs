using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClassicServices.Server.Hosting;

/// <summary>A datagram, and where its answer goes: a conversation of one message.</summary>
internal sealed class UdpConversation(Socket socket, IPEndPoint peer, ReadOnlyMemory<byte> datagram) : Conversation(peer, TimeSpan.Zero)
{
    private bool _isRead;

    public override Task SendAsync(ReadOnlyMemory<byte> bytes) => socket.SendToAsync(bytes, Peer).AsTask();

    public override async Task<bool> PostAsync(ReadOnlyMemory<byte> bytes)
    {
        await SendAsync(bytes);
        return true;
    }

    public override bool Drop() => !_isRead && (_isRead = true);

    // A datagram is whole, whatever it holds.
    protected override int WholeBytes(List<byte> bytes, Encoding encoding) => bytes.Count;

    protected override Task<Arrival> ReceiveAsync(TimeSpan? within, CancellationToken cancellationToken)
    {
        Arrival arrival = _isRead ? Arrival.End : new(datagram);
        _isRead = true;
        return Task.FromResult(arrival);
    }
}
