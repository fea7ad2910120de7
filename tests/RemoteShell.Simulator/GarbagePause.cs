using System.Runtime;

namespace RemoteShell.Simulator;

/// <summary>Collects garbage before a request, so that there is nothing to collect during it.</summary>
/// <remarks>
/// A host of its own has a small heap. The heap of ten thousand hosts is large, and to go through it takes more time than all that they
/// do for a request.
/// </remarks>
internal static class GarbagePause
{
    // Bytes for each host: those of two requests. With more, the collector comes by itself.
    private const long HostBudget = 80 * 1024;

    /// <summary>Collects now, and then not until the hosts have used their budget.</summary>
    /// <param name="hosts">How many hosts.</param>
    public static void Begin(int hosts)
    {
        try
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
                GC.EndNoGCRegion();
            GC.Collect();
            _ = GC.TryStartNoGCRegion(hosts * HostBudget);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // The budget was used up at this moment, or the machine has not so much memory: the collector comes as ever.
        }
    }
}
