using System.Buffers;

namespace RemoteShell.Protocol.Frames;

/// <summary>Bytes in a rented array. Whoever holds the value owns the array, and disposes of it exactly once.</summary>
public readonly struct PooledBytes : IDisposable
{
    private readonly byte[]? _array;
    private readonly int _length;

    private PooledBytes(byte[] array, int length) => (_array, _length) = (array, length);

    /// <summary>The bytes; empty in a default value.</summary>
    public Memory<byte> Memory => _array.AsMemory(0, _length);

    /// <summary>How many they are.</summary>
    public int Length => _length;

    /// <summary>The whole rented array behind the bytes.</summary>
    internal byte[] Array => _array ?? [];

    /// <summary>Rents room for so many bytes; the content is whatever was there before.</summary>
    public static PooledBytes Rent(int length) => length == 0 ? default : new(ArrayPool<byte>.Shared.Rent(length), length);

    /// <summary>The same array with another number of its bytes counted in. The old value must not be disposed of as well.</summary>
    internal PooledBytes WithLength(int length) => new(Array, length);

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        if (_array is not null)
            ArrayPool<byte>.Shared.Return(_array);
    }
}
