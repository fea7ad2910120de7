using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Requests;

/// <summary>Forgets a job that has ended.</summary>
internal static class RmHandler
{
    public static Task HandleAsync(RequestContext context, Channel channel, RmRequest rm)
    {
        if (context.FindJob(channel, rm.Job) is not { } job)
            return Task.CompletedTask;
        if (!job.Completion.IsCompleted)
        {
            channel.Refuse(ErrorCode.Running, $"the job {job.Id} still runs", $"end it first: rsh-client kill HOST {job.Id}");
            return Task.CompletedTask;
        }

        context.Services.Keeper.Forget(job);
        channel.Finish(new ResultMessage { Outcome = Outcome.Exited });
        return Task.CompletedTask;
    }
}
