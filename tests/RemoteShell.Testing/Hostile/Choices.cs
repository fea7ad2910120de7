namespace RemoteShell.Testing.Hostile;

/// <summary>Makes the decisions of a generator, from a seed or from the bytes that a fuzzer supplies.</summary>
/// <remarks>The same seed or bytes always give the same decisions. When the bytes are used up, every decision is 0.</remarks>
public sealed class Choices
{
    private readonly Random? _random;
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _at;

    private Choices(Random? random, ReadOnlyMemory<byte> bytes) => (_random, _bytes) = (random, bytes);

    public static Choices FromSeed(int seed) => new(new Random(seed), default);

    public static Choices FromBytes(ReadOnlyMemory<byte> bytes) => new(null, bytes);

    /// <summary>Returns a number from 0 to <paramref name="below"/> - 1.</summary>
    public int Next(int below)
    {
        if (_random is not null)
            return _random.Next(below);
        int value = Take();
        if (below > 256)
            value = (value << 8) | Take();
        return value % below;
    }

    /// <summary>Returns true in one of <paramref name="count"/> cases.</summary>
    public bool OneIn(int count) => Next(count) == count - 1;

    public T Of<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    private byte Take() => _at < _bytes.Length ? _bytes.Span[_at++] : (byte)0;
}
