namespace RemoteShell.Testing;

/// <summary>Input that does not come and does not end.</summary>
public sealed class NeverEnding : TestStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
