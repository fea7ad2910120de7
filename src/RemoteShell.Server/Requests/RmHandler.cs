using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>rm</c>: deletes the record of a job that has ended.</summary>
internal static class RmHandler
{
    public static Task HandleAsync(RequestContext context, Channel channel, RmRequest rm)
    {
        context.Check(new(KeyVerb.Jobs, $"delete {rm.Job}"));
        Job job = context.GetJob(rm.Job);
        if (!job.Completion.IsCompleted)
            throw new RefusalException(ErrorCode.Running, $"the job {job.Id} is running", $"end it first: rsh-client kill HOST {job.Id}");

        context.Services.Jobs.Remove(job);
        channel.Finish(new ResultMessage { Outcome = Outcome.Exited });
        return Task.CompletedTask;
    }
}
