using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs;

namespace RemoteShell.Server.Requests;

/// <summary>Ends a job, or sends it a signal.</summary>
internal static class KillHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, Kill kill)
    {
        if (context.FindJob(channel, kill.Job) is not { } job)
            return;
        if (kill.Signal is { } name)
        {
            Signal(channel, job, name);
            return;
        }

        channel.Post(new Opened { Job = job.Id });
        job.End(EndCause.ByOwner("kill"));
        await WaitHandler.EndAsync(channel, job, context.Services.Stopping);
    }

    private static void Signal(Channel channel, Job job, string name)
    {
        if (SignalName.ToNumber(name) is not { } number)
            RequestContext.Refuse(channel, ErrorCode.BadRequest, $"there is no signal '{name}' here", "take a name without SIG: TERM, INT, HUP, KILL, USR1, …");
        else if (job.Ending is not null || !job.Signal(number))
            RequestContext.Refuse(channel, ErrorCode.NotFound, $"{JobResult.Sentence(job)}; nothing of it runs that a signal could reach");
        else
            channel.Finish(new Result { Outcome = Outcome.Exited });
    }
}
