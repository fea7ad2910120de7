using System.Diagnostics;
using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Passes bytes on at a limited rate.</summary>
/// <param name="target">Receives the bytes.</param>
/// <param name="rate">Bytes a second.</param>
internal sealed class SlowStream(Stream target, long rate) : WriteOnlyStream
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _bytes;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        target.Write(buffer);
        _bytes += buffer.Length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        TimeSpan ahead = TimeSpan.FromSeconds((double)_bytes / rate) - Stopwatch.GetElapsedTime(_start);
        if (ahead > TimeSpan.Zero)
            await Task.Delay(ahead, cancellationToken);
    }
}
