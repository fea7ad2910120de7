using System.Buffers;

namespace RemoteShell.Protocol.Frames;

/// <summary>Bytes in a rented array. The owner of the value disposes it exactly once.</summary>
public readonly struct PooledBytes : IDisposable
{
    private readonly byte[]? _array;
    private readonly int _length;

    private PooledBytes(byte[] array, int length) => (_array, _length) = (array, length);

    /// <summary>The bytes. Empty in a default value.</summary>
    public Memory<byte> Memory => _array.AsMemory(0, _length);

    /// <summary>Number of bytes.</summary>
    public int Length => _length;

    /// <summary>The whole rented array, which may be longer than <see cref="Length"/>.</summary>
    internal byte[] Array => _array ?? [];

    /// <summary>Rents an array for this many bytes. The content is undefined.</summary>
    public static PooledBytes Rent(int length) => length == 0 ? default : new(ArrayPool<byte>.Shared.Rent(length), length);

    /// <summary>Returns a value with the same array and another length. The old value must not be disposed as well.</summary>
    internal PooledBytes WithLength(int length) => new(Array, length);

    /// <summary>Returns the array to the pool.</summary>
    public void Dispose()
    {
        if (_array is not null)
            ArrayPool<byte>.Shared.Return(_array);
    }
}
