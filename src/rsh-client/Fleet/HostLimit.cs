using RemoteShell.Cli.Client.Native;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>How many hosts this process can run on at once.</summary>
internal static class HostLimit
{
    // A connection, two files for the output, and the copy of the input.
    private const int FilesOfHost = 4;

    // Of the program itself.
    private const int OtherFiles = 64;

    /// <summary>The schedule with fewer hosts at once, if this process may not open enough files. Says so.</summary>
    public static ScheduleOptions Apply(ScheduleOptions schedule, FleetScreen screen)
    {
        int files = DescriptorLimit.Current, most = Math.Max(1, (files - OtherFiles) / FilesOfHost);
        if (schedule.Fanout <= most)
            return schedule;
        screen.Say($"on {most} hosts at once, not {schedule.Fanout}: this process may open {files} files (ulimit -n)");
        return schedule with { Fanout = most };
    }
}
