using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Jobs;

/// <summary>Counts jobs for the metrics.</summary>
internal static class JobCounting
{
    public static JobCounts Of(IEnumerable<Job> jobs, OutputQuota quota)
    {
        int running = 0, paused = 0, held = 0, ended = 0;
        long bytes = 0;
        foreach (Job job in jobs)
        {
            foreach (MemoryOutput output in job.Buffers.Values)
                bytes += Math.Max(0, output.Length - output.Start);
            if (job.Ending is null)
                _ = job.Streams.Values.Any(output => output.IsPaused) ? paused++ : running++;
            else
                _ = job.HoldsOutput ? held++ : ended++;
        }

        return new(running, paused, held, ended, bytes, quota.Used + quota.Detached);
    }

    /// <summary>What a request runs, in a word.</summary>
    public static string KindOf(ExecRequest exec) => exec switch
    {
        { Detach: true } => "detached",
        { Conversation: not null } => "conversation",
        { Line: not null } => "line",
        { Tty: not null } => "terminal",
        { Builtin: not null } => "builtin",
        { Files: not null } => "files",
        { IsForwarding: true } => "forward",
        _ => "command",
    };
}
