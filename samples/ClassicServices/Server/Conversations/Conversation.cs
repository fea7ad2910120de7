using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using ClassicServices.Wire;

namespace ClassicServices.Server.Conversations;

/// <summary>One peer of a service. Bytes arrive in any pieces; these methods return whole messages, lines or characters.</summary>
/// <param name="peer">The peer's address.</param>
/// <param name="gap">A message without a newline ends when nothing follows for this long.</param>
internal abstract class Conversation(IPEndPoint peer, TimeSpan gap)
{
    /// <summary>The most bytes of one message. A peer that sends more gets no answer; its connection is closed.</summary>
    public const int MaxMessageBytes = 1024 * 1024;

    // The originals read this many bytes at a time. A longer message comes in pieces, so the gap between them may be longer.
    private const int OriginalReadSize = 1024;
    private const int LongMessageGapFactor = 20;

    // Received and not returned yet.
    private readonly List<byte> _buffer = [];
    private bool _isEnded;

    public IPEndPoint Peer => peer;

    public DateTime Since { get; } = DateTime.Now;

    /// <summary>Sends the bytes, and waits until the system has taken them.</summary>
    /// <remarks>An answer that has begun is sent completely, even while the server stops; <see cref="Drop"/> ends it.</remarks>
    public abstract Task SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Queues the bytes after those queued before, without waiting until they are sent.</summary>
    /// <returns>False if the peer is too slow: its queue is full and stays full for a second.</returns>
    /// <remarks>For a peer that is leaving it returns true, whether the bytes are sent or not.</remarks>
    public abstract Task<bool> EnqueueAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the conversation from outside.</summary>
    /// <returns>False if it was dropped before.</returns>
    public abstract bool Drop();

    /// <summary>Returns what has arrived, in any form; null at the end.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_buffer.Count == 0 && !await ReceiveMoreAsync(null, cancellationToken))
            return null;
        return Take(_buffer.Count);
    }

    /// <summary>Returns what has arrived, up to its last whole character; null at the end.</summary>
    public async Task<byte[]?> ReadCharactersAsync(Encoding encoding, CancellationToken cancellationToken)
    {
        while (true)
        {
            bool more = await ReceiveMoreAsync(null, cancellationToken);
            int whole = more ? WholeBytes(_buffer, encoding) : _buffer.Count;
            // An empty datagram is a message too.
            if (whole > 0 || (more && _buffer.Count == 0))
                return Take(whole);
            if (!more)
                return null;
        }
    }

    /// <summary>Returns the next line with its newline, or the rest after the last newline; null at the end.</summary>
    public async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (_buffer.IndexOf((byte)'\n') < 0)
        {
            if (!await ReceiveMoreAsync(null, cancellationToken))
                return _buffer.Count > 0 ? Take(_buffer.Count) : null;
        }

        return TakeLine();
    }

    /// <summary>Returns the next message of a protocol in which a newline at the end is optional; null at the end.</summary>
    public async Task<byte[]?> ReadMessageAsync(CancellationToken cancellationToken)
    {
        if (_buffer.Count == 0 && !await ReceiveMoreAsync(null, cancellationToken))
            return null;
        while (_buffer.IndexOf((byte)'\n') < 0 && await ReceiveMoreAsync(MessageGap(), cancellationToken))
        {
            // More of the same message has arrived.
        }

        return TakeLine();
    }

    /// <summary>Returns when the peer has ended its side, while no other method reads. Bytes that arrive until then are kept.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        while (await ReceiveMoreAsync(Timeout.InfiniteTimeSpan, cancellationToken))
        {
            // The bytes are in the buffer.
        }
    }

    /// <summary>How many of the bytes belong to whole characters; the rest is the beginning of one.</summary>
    protected virtual int WholeBytes(List<byte> bytes, Encoding encoding)
        => Characters.WholeBytes(CollectionsMarshal.AsSpan(bytes), encoding);

    /// <summary>Returns the next bytes from the network, as they arrive.</summary>
    protected abstract Task<Received> ReceiveAsync(TimeSpan? within, CancellationToken cancellationToken);

    // Half a character never ends a message, however late the rest is.
    private TimeSpan? MessageGap()
    {
        if (WholeBytes(_buffer, Characters.Utf8) < _buffer.Count)
            return null;
        return _buffer.Count < OriginalReadSize ? gap : gap * LongMessageGapFactor;
    }

    private async Task<bool> ReceiveMoreAsync(TimeSpan? within, CancellationToken cancellationToken)
    {
        if (_isEnded)
            return false;
        if (_buffer.Count > MaxMessageBytes)
            throw new InvalidDataException($"{Peer} sent more than {MaxMessageBytes} bytes without the end of a message");
        Received received = await ReceiveAsync(within, cancellationToken);
        _isEnded = received.IsEnd;
        _buffer.AddRange(received.Bytes.Span);
        return received is { IsEnd: false, IsTimeout: false };
    }

    private byte[] TakeLine()
    {
        int end = _buffer.IndexOf((byte)'\n');
        return Take(end < 0 ? _buffer.Count : end + 1);
    }

    private byte[] Take(int count)
    {
        byte[] taken = [.. _buffer[..count]];
        _buffer.RemoveRange(0, count);
        return taken;
    }
}
