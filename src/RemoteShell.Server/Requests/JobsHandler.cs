using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Lists the client's jobs.</summary>
internal static class JobsHandler
{
    public static Task HandleAsync(RequestContext context, Channel channel, JobsRequest jobs)
    {
        if (jobs.Filter is not (null or "all" or "running"))
        {
            channel.Refuse(ErrorCode.BadRequest, $"'{jobs.Filter}' is no choice of jobs; take all or running, or leave it out");
            return Task.CompletedTask;
        }

        IEnumerable<Job> wanted = context.Services.Keeper.Table.Of(context.Client.Key).Where(job => IsWanted(job, jobs.Filter));
        return ListReply.SendAsync(channel, jobs, "jobs", wanted.Select(job => (ReadOnlyMemory<byte>)MessageCodec.EncodeJob(JobReply.Info(job))));
    }

    // What somebody ran and got the result of is nobody's concern any more.
    private static bool IsWanted(Job job, string? filter) => filter == "all" || job.Ending is null || (filter is null && (job.Record.Detached || !job.IsDelivered));
}
