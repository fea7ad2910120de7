using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>One segment of a buffer's memory.</summary>
internal sealed class BufferSegment(long offset, PooledBytes bytes) : IDisposable
{
    public long Offset => offset;

    public int Length { get; set; }

    public long End => offset + Length;

    public Memory<byte> Filled => bytes.Memory[..Length];

    public Memory<byte> Free => bytes.Memory[Length..];

    public void Dispose() => bytes.Dispose();
}
