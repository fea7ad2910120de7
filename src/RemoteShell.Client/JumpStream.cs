using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>A stream, and the connection that carries it: both end together.</summary>
/// <param name="stream">The stream; this one owns it.</param>
/// <param name="client">The connection; this stream owns it.</param>
internal sealed class JumpStream(Stream stream, RemoteShellClient client) : DuplexStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => stream.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => stream.WriteAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        await client.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
