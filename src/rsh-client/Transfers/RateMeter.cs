using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>Measures the rate of a transfer over its last ten seconds. One caller at a time.</summary>
internal sealed class RateMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan Time, long Bytes)> _samples = new([(TimeSpan.Zero, 0)]);

    /// <summary>Notes how far the transfer is, and returns the rate in bytes a second.</summary>
    /// <param name="time">The time since the start.</param>
    /// <param name="progress">How far it is. Content that was there already does not count.</param>
    public double Note(TimeSpan time, TransferProgress progress)
    {
        long bytes = progress.Bytes - progress.PresentBytes;
        while (_samples.Count > 1 && time - _samples.Peek().Time > Window)
            _samples.Dequeue();
        (TimeSpan from, long before) = _samples.Peek();
        _samples.Enqueue((time, bytes));
        double seconds = (time - from).TotalSeconds;
        return seconds > 0 ? (bytes - before) / seconds : 0;
    }
}
