namespace RemoteShell.Server.Processes.Unix;

/// <summary>Identifies a process that is not the server's child. The start time tells it from a later process with the same id.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="Start">When the process started, in the system's ticks since boot; empty if the system does not tell.</param>
internal sealed record ProcessIdentity(int Pid, string Start)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Identifies the system's boot; null if the system does not tell.</summary>
    public static string? Boot { get; } = File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : null;

    /// <summary>Whether the process still runs. A zombie does not.</summary>
    public bool IsAlive()
    {
        if (!ProcessTable.IsAvailable)
            return Pid > 1 && ProcessGroup.Exists(Pid);
        return ProcessEntry.Read(Pid) is { IsAlive: true } process && process.Start == Start;
    }

    /// <summary>Opens a handle that tells how the process ended, also after its parent has reaped it.</summary>
    /// <returns>Null if the process is gone, or the system has no such handles.</returns>
    public ProcessHandle? Open()
    {
        int descriptor = OperatingSystem.IsLinux() ? PidFd.Open(Pid) : -1;
        if (descriptor < 0)
            return null;
        var open = new ProcessHandle(descriptor);
        if (IsAlive())
            return open;
        open.Dispose();
        return null;
    }

    /// <summary>Completes when the process is gone.</summary>
    public async Task GoneAsync()
    {
        // Watch first, then check: only then is it certain that the watched process is this one.
        Task<ProcessExit?> gone = ProcessExitWatcher.WatchAsync(Pid);
        if (IsAlive())
            await gone;
    }
}
