using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Quotas;

/// <summary>What a job's spill file does at a quota, according to the job's on-full option.</summary>
/// <param name="job">The job that writes.</param>
/// <param name="table">All jobs: those that are paused may use the room that the file frees.</param>
internal sealed class JobSpillPolicy(Job job, JobTable table) : ISpillPolicy
{
    public bool DropsOldest => job.Record.OnFull == OnFull.DropOldest;

    public bool DiscardsWhenFull => job.Cause is not null;

    public void WhenFull()
    {
        if (job.Record.OnFull == OnFull.Kill && job.Ending is null)
            job.End(EndCause.ByPolicy("on-full kill: its unread output reached a quota"));
    }

    public void WhenFreed()
    {
        foreach (Job other in table.Running)
            other.RetryPaused();
    }
}
