using System.Globalization;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The line at the bottom of a terminal: how many hosts run, are done and failed, and which are slow.</summary>
/// <param name="screen">Where it is shown.</param>
/// <param name="schedule">Knows which hosts run.</param>
/// <param name="count">The number of all hosts.</param>
internal sealed class FleetStatus(FleetScreen screen, HostSchedule schedule, int count)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Interval = TimeSpan.FromMilliseconds(250);

    private int _done;
    private int _failed;

    /// <summary>Notes that a host has ended.</summary>
    public void Note(HostVerdict verdict)
    {
        Interlocked.Increment(ref _done);
        if (verdict.Kind != VerdictKind.Ok)
            Interlocked.Increment(ref _failed);
    }

    /// <summary>Shows the line until the token is cancelled.</summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        if (!FleetScreen.CanRedraw)
            return;
        try
        {
            await Task.Delay(First, cancellationToken);
            using var timer = new PeriodicTimer(Interval);
            do
                screen.ShowStatus(Line());
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            screen.ClearStatus();
        }
    }

    /// <summary>The hosts that run at this moment, as a set.</summary>
    public string RunningText()
    {
        IReadOnlyList<RunningHost> running = schedule.Running;
        return running.Count == 0 ? "no host runs" : $"{running.Count} still run: {NodeSet.Fold(running.Select(host => host.Target.Host))}";
    }

    private string Line()
    {
        IReadOnlyList<RunningHost> running = schedule.Running;
        int done = Volatile.Read(ref _done), failed = Volatile.Read(ref _failed);
        string slow = string.Join(", ", running.Take(3).Select(Slow));
        return $"{running.Count} run, {done} of {count} done, {failed} not ok; slowest: {slow}";
    }

    private static string Slow(RunningHost host)
        => string.Create(CultureInfo.InvariantCulture, $"{host.Target.Host} {(DateTimeOffset.UtcNow - host.Since).TotalSeconds:0}s");
}
