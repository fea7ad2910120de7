using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Audit;

/// <summary>The stream of a client. Before anything is sent, the lines that the journal has deferred are written.</summary>
/// <param name="stream">The secure stream; disposed with this one.</param>
/// <param name="journal">The audit journal.</param>
internal sealed class AuditedStream(Stream stream, AuditJournal journal) : DuplexStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => stream.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        journal.WriteDeferred();
        return stream.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);

    public override ValueTask DisposeAsync() => stream.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }
}
