using System.Buffers;

namespace RemoteShell.Protocol.Frames;

/// <summary>A growing buffer of encoded frames that wait to be written. It is cleared and reused.</summary>
public sealed class FrameBuffer(int initialCapacity) : IBufferWriter<byte>
{
    // A buffer that once held something large does not keep that memory while the connection is idle.
    private const int MaxKept = 64 * 1024;

    private byte[] _bytes = new byte[initialCapacity];

    /// <summary>Number of waiting bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The waiting bytes.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Adds a whole frame without a body.</summary>
    public void AppendFrame(ReadOnlySpan<byte> header)
    {
        FrameCodec.WritePrefix(GetSpan(FrameCodec.PrefixLength + header.Length), header.Length);
        Advance(FrameCodec.PrefixLength);
        Append(header);
    }

    /// <summary>Adds bytes unchanged.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = Length + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Clears the buffer, and frees its memory above 64 KiB.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > MaxKept)
            _bytes = new byte[initialCapacity];
    }
}
