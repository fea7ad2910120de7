namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Memory for many hosts behind a broker, so that the collector does not go through what is in use until the end.</summary>
internal static class BroadcastMemory
{
    // With fewer hosts the collector has little to do.
    private const int ManyHosts = 1000;

    // Bytes that a host needs, most of them for a short time.
    private const long HostSize = 40 * 1024;

    // Of the memory of the machine, or of the container.
    private const int Share = 8;

    // Of it, for tables of all hosts: the collector keeps large objects apart.
    private const int LargeShare = 8;

    /// <summary>Collects no garbage until the hosts have used their memory. Does nothing for few hosts, or if the system refuses.</summary>
    /// <param name="hosts">How many hosts.</param>
    public static void Reserve(int hosts)
    {
        if (hosts < ManyHosts)
            return;
        long size = Math.Min(hosts * HostSize, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share);
        try
        {
            _ = GC.TryStartNoGCRegion(size, size / LargeShare);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // It is more than the collector may have, or memory is reserved already: the collector works as ever.
        }
    }
}
