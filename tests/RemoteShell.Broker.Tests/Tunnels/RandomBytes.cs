using RemoteShell.Broker.Tunnels;

namespace RemoteShell.Broker.Tests.Tunnels;

/// <summary>Bytes of a seed, which are sent and received in pieces of random sizes.</summary>
internal sealed class RandomBytes
{
    private const int MaxPiece = 200_000;

    private readonly Random _random;
    private readonly byte[] _bytes;

    public RandomBytes(int seed, int maxLength)
    {
        _random = new(seed);
        _bytes = new byte[_random.Next(maxLength + 1)];
        _random.NextBytes(_bytes);
    }

    /// <summary>Sends all, and ends the direction.</summary>
    public async Task SendAsync(TunnelStream stream)
    {
        var sizes = new Random(_bytes.Length);
        for (int at = 0; at < _bytes.Length;)
        {
            int count = Math.Min(sizes.Next(MaxPiece), _bytes.Length - at);
            await stream.WriteAsync(_bytes.AsMemory(at, count));
            at += count;
        }

        await stream.EndWritingAsync();
    }

    /// <summary>Receives to the end. Fails at the first wrong byte.</summary>
    /// <exception cref="IOException">The tunnel has failed.</exception>
    public async Task ReceiveAsync(Stream stream)
    {
        var buffer = new byte[MaxPiece];
        int at = 0;
        while (await stream.ReadAsync(buffer.AsMemory(0, _random.Next(1, MaxPiece))) is > 0 and int count)
        {
            Assert.True(at + count <= _bytes.Length, "more bytes came than were sent");
            Assert.True(buffer.AsSpan(0, count).SequenceEqual(_bytes.AsSpan(at, count)), $"wrong bytes from {at} on");
            at += count;
        }

        Assert.Equal(_bytes.Length, at);
    }
}
