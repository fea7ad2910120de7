using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>jobs</c>: lists the client's jobs.</summary>
internal static class JobsHandler
{
    public static Task HandleAsync(RequestContext context, Channel channel, JobsRequest jobs)
    {
        context.Check(new(KeyVerb.Jobs, "list jobs"));
        IEnumerable<ReadOnlyMemory<byte>> lines = context.Services.Jobs.Table.Of(context.Client.Key)
            .Where(job => IsWanted(job, jobs.Filter))
            .Select(job => (ReadOnlyMemory<byte>)MessageCodec.EncodeJob(JobReply.Info(job)));
        return ListReply.SendAsync(channel, jobs, "jobs", lines);
    }

    // Without a filter, attached jobs are not listed once their client has the result.
    private static bool IsWanted(Job job, string? filter) => filter switch
    {
        "all" => true,
        "running" => job.Ending is null,
        _ => job.Ending is null || job.Record.Detached || !job.IsDelivered,
    };
}
