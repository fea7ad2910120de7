using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Shows the output of one host in whole lines, each with the host's prefix.</summary>
/// <remarks>A line of more than 64 KiB is shown in pieces.</remarks>
/// <param name="prefix">What stands before each line.</param>
/// <param name="screen">Where the lines go.</param>
/// <param name="stream">Of this program: the one on which the lines are shown.</param>
internal sealed class HostLines(byte[] prefix, FleetScreen screen, OutputStream stream) : WriteOnlyStream
{
    private const int MaxLine = 64 * 1024;

    // Short lines grow by their prefix: they are shown in several writes.
    private const int MaxShown = 64 * 1024;

    private readonly List<byte> _begun = [];
    private readonly List<byte> _lines = [];

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            int end = buffer.Span.IndexOf((byte)'\n');
            int length = Math.Min(end < 0 ? buffer.Length : end, MaxLine - _begun.Count);
            _begun.AddRange(buffer.Span[..length]);
            bool isWhole = length == end;
            if (isWhole || _begun.Count == MaxLine)
                await EndLineAsync(cancellationToken);
            buffer = buffer[(isWhole ? length + 1 : length)..];
        }

        await ShowAsync(cancellationToken);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
        => WriteAsync(buffer.ToArray(), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Shows a last line that has no end.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_begun.Count > 0)
            await EndLineAsync(cancellationToken);
        await ShowAsync(cancellationToken);
    }

    private ValueTask EndLineAsync(CancellationToken cancellationToken)
    {
        _lines.AddRange(prefix);
        _lines.AddRange(_begun);
        _lines.Add((byte)'\n');
        _begun.Clear();
        return _lines.Count < MaxShown ? ValueTask.CompletedTask : ShowAsync(cancellationToken);
    }

    private async ValueTask ShowAsync(CancellationToken cancellationToken)
    {
        byte[] lines = [.. _lines];
        _lines.Clear();
        await screen.WriteAsync(stream, lines, cancellationToken);
    }
}
