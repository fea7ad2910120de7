namespace RemoteShell.Cli.Client.Streams;

/// <summary>Holds each write back until it is its turn.</summary>
/// <param name="target">Receives the bytes.</param>
/// <param name="turn">Completes when it is the turn.</param>
internal sealed class TurnStream(Stream target, Task turn) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        turn.Wait();
        target.Write(buffer);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken);
        await target.WriteAsync(buffer, cancellationToken);
    }
}
