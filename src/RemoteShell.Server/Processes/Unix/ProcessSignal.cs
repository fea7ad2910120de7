using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Signals one process that is known from a list, and never a later process with the same id.</summary>
internal static class ProcessSignal
{
    /// <summary>Sends the signal; false if the process is gone.</summary>
    public static bool TrySend(ProcessEntry process, int signal)
    {
        if (process.Pid < 2)
            return false;
        int descriptor = PidFd.IsSupported ? PidFd.Open(process.Pid) : -1;
        try
        {
            // Open first, then compare: only then is it certain that the descriptor is this process's.
            if (ProcessEntry.Read(process.Pid) is not { } now || now.Start != process.Start)
                return false;
            return descriptor >= 0 ? PidFd.TrySignal(descriptor, signal) : ProcessCalls.Kill(process.Pid, signal) == 0;
        }
        finally
        {
            if (descriptor >= 0)
                PidFd.Close(descriptor);
        }
    }
}
