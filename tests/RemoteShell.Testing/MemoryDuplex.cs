using System.Threading.Channels;

namespace RemoteShell.Testing;

/// <summary>Two connected streams in memory. A write waits for the other side to read if too many writes are pending.</summary>
public sealed class MemoryDuplex : TestStream
{
    private readonly ChannelReader<byte[]> _incoming;
    private readonly ChannelWriter<byte[]> _outgoing;
    private ReadOnlyMemory<byte> _rest;

    private MemoryDuplex(ChannelReader<byte[]> incoming, ChannelWriter<byte[]> outgoing) => (_incoming, _outgoing) = (incoming, outgoing);

    public static (MemoryDuplex A, MemoryDuplex B) CreatePair(int writesUnderWay = 16)
    {
        var there = Channel.CreateBounded<byte[]>(writesUnderWay);
        var back = Channel.CreateBounded<byte[]>(writesUnderWay);
        return (new(back.Reader, there.Writer), new(there.Reader, back.Writer));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.Length == 0)
        {
            if (!await _incoming.WaitToReadAsync(cancellationToken))
                return 0;
            if (_incoming.TryRead(out byte[]? next))
                _rest = next;
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if (buffer.Length > 0)
                await _outgoing.WriteAsync(buffer.ToArray(), cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("the other end is closed", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _outgoing.TryComplete();
        base.Dispose(disposing);
    }
}
