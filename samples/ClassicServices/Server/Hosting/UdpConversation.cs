using System.Net;
using System.Net.Sockets;
using System.Text;
using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Hosting;

/// <summary>A datagram and the address for its answer: a conversation of one message.</summary>
internal sealed class UdpConversation(Socket socket, IPEndPoint peer, ReadOnlyMemory<byte> datagram) : Conversation(peer, TimeSpan.Zero)
{
    private bool _isRead;

    public override Task SendAsync(ReadOnlyMemory<byte> bytes) => socket.SendToAsync(bytes, Peer).AsTask();

    public override async Task<bool> EnqueueAsync(ReadOnlyMemory<byte> bytes)
    {
        await SendAsync(bytes);
        return true;
    }

    public override bool Drop()
    {
        bool isFirst = !_isRead;
        _isRead = true;
        return isFirst;
    }

    // A datagram is a whole message, even if it ends inside a character.
    protected override int WholeBytes(List<byte> bytes, Encoding encoding) => bytes.Count;

    protected override Task<Received> ReceiveAsync(TimeSpan? within, CancellationToken cancellationToken)
    {
        Received received = _isRead ? Received.End : new(datagram);
        _isRead = true;
        return Task.FromResult(received);
    }
}
