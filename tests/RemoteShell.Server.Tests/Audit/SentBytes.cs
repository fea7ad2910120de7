using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Tests.Audit;

/// <summary>A stream that notes what it finds each time something is sent.</summary>
/// <param name="look">Returns what is found.</param>
internal sealed class SentBytes(Func<int> look) : DuplexStream
{
    public List<int> Observed { get; } = [];

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Observed.Add(look());
        return ValueTask.CompletedTask;
    }
}
