using System.Diagnostics;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Sends signals to whole process groups, and ends them: TERM first, KILL after a grace.</summary>
internal static class ProcessGroup
{
    private const int Kill = 9;
    private const int Term = 15;

    // The system does not report when a group is gone; TerminateAsync asks at this interval, at most for the grace.
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Sends the signal to every process of the group; false if the group has no process any more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is below 2: 0 is the server's own group, and -1 is all processes.</exception>
    public static bool Signal(int group, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group, 2);
        if (OperatingSystem.IsWindows())
            return signal is Kill or Term && KillTree(group);
        // Without setsid the command has no group of its own, and only its first process can be reached.
        return ProcessCalls.Kill(SetSid.IsAvailable ? -group : group, signal) == 0;
    }

    /// <summary>Whether the process exists.</summary>
    public static bool Exists(int pid) => ProcessCalls.Kill(pid, 0) == 0;

    /// <summary>Ends the group, whether or not its leader is still there. Returns when the group is empty, or after KILL.</summary>
    public static async Task TerminateAsync(int group, TimeSpan grace)
    {
        Signal(group, Term);
        long end = Environment.TickCount64 + (long)grace.TotalMilliseconds;
        // Once the group was empty it is never signalled again: its id may belong to another group.
        while (Signal(group, 0))
        {
            if (Environment.TickCount64 >= end)
            {
                Signal(group, Kill);
                return;
            }

            await Task.Delay(CheckInterval);
        }
    }

    private static bool KillTree(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill(entireProcessTree: true);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
