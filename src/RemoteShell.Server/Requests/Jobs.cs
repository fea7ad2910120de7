using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs;
using Message = RemoteShell.Protocol.Messages.Jobs;

namespace RemoteShell.Server.Requests;

/// <summary>Lists the client's jobs.</summary>
internal static class JobsHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, Message jobs)
    {
        if (RequestContext.RefuseUnreadable(channel, jobs))
            return;
        if (jobs.Filter is not (null or "all" or "running"))
        {
            RequestContext.Refuse(channel, ErrorCode.BadRequest, $"'{jobs.Filter}' is no choice of jobs; take all or running, or leave it out");
            return;
        }

        OutgoingStream stream = channel.AddOutgoing("jobs", jobs.Window, jobs.Digest);
        channel.Post(new Opened());
        using var lines = new MemoryStream();
        foreach (Job job in context.Services.Keeper.Table.Of(context.Client.Key).Where(job => IsWanted(job, jobs.Filter)))
        {
            lines.Write(MessageCodec.EncodeJob(JobResult.Info(job)));
            lines.WriteByte((byte)'\n');
        }

        await stream.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), channel.Ended);
        channel.Finish(new Result { Outcome = Outcome.Exited, Streams = new Dictionary<string, StreamTotal> { ["jobs"] = stream.End() } });
    }

    // What somebody ran and got the result of is nobody's concern any more.
    private static bool IsWanted(Job job, string? filter) => filter == "all" || job.Ending is null || (filter is null && (job.Record.Detached || !job.IsDelivered));
}
