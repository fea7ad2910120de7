using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using ClassicServices.Wire;

namespace ClassicServices.Server;

/// <summary>One peer of a service. Bytes come as the network cuts them; what is read here is whole messages, lines or characters.</summary>
/// <param name="peer">Its address.</param>
/// <param name="gap">A message without an end is over when nothing has followed for so long.</param>
internal abstract class Conversation(IPEndPoint peer, TimeSpan gap)
{
    /// <summary>The most bytes that are waited for as one message; who sends more is not answered, but closed.</summary>
    public const int Longest = 1024 * 1024;

    // The originals read so much at a time. What is longer comes in pieces, and gets more time for that.
    private const int OneRead = 1024;
    private const int MoreTime = 20;

    // What has arrived and was not taken yet.
    private readonly List<byte> _held = [];
    private bool _isOver;

    public IPEndPoint Peer => peer;

    public DateTime Since { get; } = DateTime.Now;

    /// <summary>Sends the bytes, and waits until the system has them. An answer that has begun is sent whole, also when the server stops; <see cref="Drop"/> ends it.</summary>
    public abstract Task SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends the bytes behind those posted before, and does not wait for that; false where the peer is so slow that too many wait, and none was taken in time. One who is leaving takes them or not.</summary>
    public abstract Task<bool> PostAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends it from outside; false where that was done before.</summary>
    public abstract bool Drop();

    /// <summary>What has arrived, whatever it is; null when the peer has said all.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_held.Count == 0 && !await MoreAsync(null, cancellationToken))
            return null;
        return Take(_held.Count);
    }

    /// <summary>What has arrived, up to its last whole character; null when the peer has said all.</summary>
    public async Task<byte[]?> ReadCharactersAsync(Encoding encoding, CancellationToken cancellationToken)
    {
        while (true)
        {
            bool more = await MoreAsync(null, cancellationToken);
            int whole = more ? WholeBytes(_held, encoding) : _held.Count;
            // An empty datagram is a message too.
            if (whole > 0 || (more && _held.Count == 0))
                return Take(whole);
            if (!more)
                return null;
        }
    }

    /// <summary>The next line with its end, or what stands behind the last one; null when the peer has said all.</summary>
    public async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (_held.IndexOf((byte)'\n') < 0)
            if (!await MoreAsync(null, cancellationToken))
                return _held.Count > 0 ? Take(_held.Count) : null;
        int end = _held.IndexOf((byte)'\n');
        return Take(end < 0 ? _held.Count : end + 1);
    }

    /// <summary>The next message of a protocol whose messages may end with a newline, and need not; null when the peer has said all.</summary>
    public async Task<byte[]?> ReadMessageAsync(CancellationToken cancellationToken)
    {
        if (_held.Count == 0 && !await MoreAsync(null, cancellationToken))
            return null;
        while (_held.IndexOf((byte)'\n') < 0 && await MoreAsync(Patience(), cancellationToken))
        {
            // More of the same message has come.
        }

        int end = _held.IndexOf((byte)'\n');
        return Take(end < 0 ? _held.Count : end + 1);
    }

    /// <summary>Returns when the peer has said all, although nobody reads now; what it says until then is kept.</summary>
    public async Task SaidAllAsync(CancellationToken cancellationToken)
    {
        while (await MoreAsync(Timeout.InfiniteTimeSpan, cancellationToken))
        {
            // It has said more.
        }
    }

    /// <summary>How many of the bytes belong to whole characters, as far as one may come in two parts.</summary>
    protected virtual int WholeBytes(List<byte> bytes, Encoding encoding) => Characters.WholeBytes(CollectionsMarshal.AsSpan(bytes), encoding);

    /// <summary>The next bytes from the network, as they come.</summary>
    protected abstract Task<Arrival> ReceiveAsync(TimeSpan? within, CancellationToken cancellationToken);

    // Half a character is no end of a message, however long the rest takes.
    private TimeSpan? Patience()
        => WholeBytes(_held, Characters.Utf8) < _held.Count ? null : _held.Count < OneRead ? gap : gap * MoreTime;

    private async Task<bool> MoreAsync(TimeSpan? within, CancellationToken cancellationToken)
    {
        if (_isOver)
            return false;
        if (_held.Count > Longest)
            throw new InvalidDataException($"{Peer} sent more than {Longest} bytes without an end");
        Arrival arrival = await ReceiveAsync(within, cancellationToken);
        _isOver = arrival.IsEnd;
        _held.AddRange(arrival.Bytes.Span);
        return arrival is { IsEnd: false, IsNothing: false };
    }

    private byte[] Take(int count)
    {
        byte[] taken = [.. _held[..count]];
        _held.RemoveRange(0, count);
        return taken;
    }
}

/// <summary>What came from the network.</summary>
/// <param name="Bytes">The bytes; they stay as they are until the next ones are asked for.</param>
internal readonly record struct Arrival(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The peer has said all.</summary>
    public static Arrival End { get; } = new(default) { IsEnd = true };

    /// <summary>Nothing came in time.</summary>
    public static Arrival Nothing { get; } = new(default) { IsNothing = true };

    public bool IsEnd { get; private init; }

    public bool IsNothing { get; private init; }
}
