using RemoteShell.Testing;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>A stream of which one side is given, and the other is dropped.</summary>
internal sealed class RecordedStream(byte[] incoming) : TestStream
{
    private int _at;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = Math.Min(buffer.Length, incoming.Length - _at);
        incoming.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        return ValueTask.FromResult(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
}
