using RemoteShell.Server.Admin;

namespace RemoteShell.Cli.Server.Output;

/// <summary>The state of a server at a moment.</summary>
/// <param name="Status">The state.</param>
/// <param name="At">When the server told it.</param>
internal sealed record WatchedStatus(ServerStatus Status, DateTimeOffset At)
{
    /// <summary>The rate of what has grown since an earlier moment.</summary>
    public double PerSecond(WatchedStatus before, long grown) => Math.Max(0, grown) / Math.Max(0.001, (At - before.At).TotalSeconds);
}
