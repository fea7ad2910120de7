using System.Runtime;

namespace RemoteShell.Simulator;

/// <summary>Collects garbage between requests, so that there is nothing to collect during one.</summary>
/// <remarks>
/// A host of its own has a small heap. The heap of ten thousand hosts is large, and to go through it takes more time than all that they
/// do for a request.
/// </remarks>
internal static class GarbagePause
{
    // Bytes for each host: those of two requests. With more, the collector comes by itself.
    private const long HostBudget = 80 * 1024;

    private static readonly Lock Gate = new();

    // Guarded by Gate: the commands that had started when garbage was collected the last time.
    private static long _collected;

    // A request takes longer only where the hosts hold their answers.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    /// <summary>Collects whenever a request is over: commands have started, and none for a second.</summary>
    public static async Task KeepAsync(SimulatedFleet fleet, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Idle);
        for (long last = 0; await timer.WaitForNextTickAsync(stopping); last = fleet.Starts.Total)
        {
            if (fleet.Starts.Total == last && !IsCollected(last))
                Begin(fleet);
        }
    }

    /// <summary>Collects now, and then not until the hosts have used their budget.</summary>
    public static void Begin(SimulatedFleet fleet)
    {
        lock (Gate)
        {
            _collected = fleet.Starts.Total;
            try
            {
                if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
                    GC.EndNoGCRegion();
                GC.Collect();
                _ = GC.TryStartNoGCRegion(fleet.Count * HostBudget);
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
            {
                // The budget was used up at this moment, or the machine has not so much memory: the collector comes as ever.
            }
        }
    }

    private static bool IsCollected(long starts)
    {
        lock (Gate)
            return _collected == starts;
    }
}
