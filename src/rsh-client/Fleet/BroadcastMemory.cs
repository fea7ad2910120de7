namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Memory for a broadcast to many hosts, so that the collector does not go through what is in use until the end.</summary>
internal static class BroadcastMemory
{
    // With fewer hosts the collector has little to do.
    private const int ManyHosts = 1000;

    // Bytes that a host needs, most of them for a short time.
    private const long HostSize = 40 * 1024;

    // Of the memory of the machine, or of the container.
    private const int Share = 8;

    /// <summary>Collects no garbage until the hosts have used their memory. Does nothing for few hosts, or if the system refuses.</summary>
    /// <param name="hosts">How many hosts.</param>
    public static void Reserve(int hosts)
    {
        if (hosts < ManyHosts)
            return;
        long most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share;
        try
        {
            _ = GC.TryStartNoGCRegion(Math.Min(hosts * HostSize, most));
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than the collector may have: it works as ever.
        }
    }
}
