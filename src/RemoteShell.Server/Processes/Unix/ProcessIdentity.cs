namespace RemoteShell.Server.Processes.Unix;

/// <summary>A process that is not this one's child, and which it is: numbers are given again.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Start">When it started, in the system's ticks since boot; empty where the system does not tell.</param>
internal sealed record ProcessIdentity(int Pid, string Start)
{
    // proc_pid_stat(5): the start is the 22nd field, the 20th behind the command's closing parenthesis.
    private const int StartField = 20;

    /// <summary>The run of the system; null where it does not tell.</summary>
    public static string? Boot { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : null;

    /// <summary>Whether it is still there. One that has ended and waits to be collected is not.</summary>
    public bool IsAlive()
    {
        if (!Directory.Exists("/proc/self"))
            return Pid > 1 && ProcessGroup.Exists(Pid);
        try
        {
            string stat = File.ReadAllText($"/proc/{Pid}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ');
            return fields[1] is not ("Z" or "X") && fields[StartField] == Start;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A handle by which its end can be asked for when somebody else has collected it; null where it is gone, or the system has none.</summary>
    public ProcessHandle? Open()
    {
        int handle = OperatingSystem.IsLinux() ? PidFd.Open(Pid) : -1;
        if (handle < 0)
            return null;
        var open = new ProcessHandle(handle);
        if (IsAlive())
            return open;
        open.Dispose();
        return null;
    }

    /// <summary>Returns once it is gone.</summary>
    public async Task GoneAsync()
    {
        // The handle is opened first: only then is it known whose end it tells.
        Task<ProcessExit?> gone = ProcessExitWatcher.WatchAsync(Pid);
        if (IsAlive())
            await gone;
    }
}

/// <summary>An open handle of a process that is somebody else's child.</summary>
internal sealed class ProcessHandle(int handle) : IDisposable
{
    /// <summary>How it ended, once its parent has collected it; null where the system does not tell.</summary>
    public ProcessExit? ReadExit() => PidFd.ReadExit(handle);

    public void Dispose() => PidFd.Close(handle);
}
