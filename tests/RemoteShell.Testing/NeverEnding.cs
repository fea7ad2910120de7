namespace RemoteShell.Testing;

/// <summary>An input that has no bytes and does not end.</summary>
public sealed class NeverEnding : TestStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
