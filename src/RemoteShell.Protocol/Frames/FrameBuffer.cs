using System.Buffers;

namespace RemoteShell.Protocol.Frames;

/// <summary>Encoded frames that wait to be written: a growing buffer that is emptied and used again.</summary>
public sealed class FrameBuffer(int initialCapacity) : IBufferWriter<byte>
{
    // A buffer that once held something large does not keep that room for the rest of an idle connection's life.
    private const int Keep = 64 * 1024;

    private byte[] _bytes = new byte[initialCapacity];

    /// <summary>How many bytes wait.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that wait.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Adds a whole frame without a body.</summary>
    public void AppendFrame(ReadOnlySpan<byte> header)
    {
        FrameCodec.WritePrefix(GetSpan(FrameCodec.PrefixLength + header.Length), header.Length);
        Advance(FrameCodec.PrefixLength);
        Append(header);
    }

    /// <summary>Adds bytes as they are.</summary>
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

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > Keep)
            _bytes = new byte[initialCapacity];
    }
}
