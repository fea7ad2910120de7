using System.Runtime.InteropServices;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Signals to whole process groups, and their end: TERM first, KILL after a grace.</summary>
internal static partial class ProcessGroup
{
    private const int Kill = 9;
    private const int Term = 15;

    // Kill(2) tells nobody when a group is gone; it is asked again at this pace, for the length of a grace at most.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Sends the signal to every process of the group; false where there is none any more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is no group's: to the system 0 would mean the server's own group, and 1 everybody.</exception>
    public static bool Signal(int group, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group, 2);
        if (OperatingSystem.IsWindows())
            return signal is Kill or Term && KillTree(group);
        // Where there are no groups of their own, the first process is all that can be reached.
        return SendSignal(SetSid.IsAvailable ? -group : group, signal) == 0;
    }

    /// <summary>Whether there is such a process.</summary>
    public static bool Exists(int pid) => SendSignal(pid, 0) == 0;

    /// <summary>Asks one process to end.</summary>
    public static void End(int pid) => _ = SendSignal(pid, Term);

    /// <summary>Ends the group, whether or not its leader is still there, and returns once nothing of it is left.</summary>
    public static async Task TerminateAsync(int group, TimeSpan grace)
    {
        Signal(group, Term);
        long end = Environment.TickCount64 + (long)grace.TotalMilliseconds;
        // A group that was seen empty is never signalled again: its number may be another's.
        while (Signal(group, 0))
        {
            if (Environment.TickCount64 >= end)
            {
                Signal(group, Kill);
                return;
            }

            await Task.Delay(Look);
        }
    }

    private static bool KillTree(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            process.Kill(entireProcessTree: true);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
