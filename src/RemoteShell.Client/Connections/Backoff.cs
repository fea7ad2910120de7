namespace RemoteShell.Client.Connections;

/// <summary>The pauses between attempts to connect. They double; a random part of up to the same length is added to each.</summary>
/// <remarks>The random part keeps a thousand clients of a restarted server from connecting at the same moment.</remarks>
internal sealed class Backoff
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private TimeSpan _pause = FirstPause;

    /// <summary>The next pause. Without its random part it is at most <paramref name="longest"/>.</summary>
    public TimeSpan Next(TimeSpan longest)
    {
        TimeSpan pause = _pause < longest ? _pause : longest;
        _pause = pause * 2;
        return pause + (pause * Random.Shared.NextDouble());
    }

    /// <summary>Starts with the shortest pause again.</summary>
    public void Reset() => _pause = FirstPause;
}
