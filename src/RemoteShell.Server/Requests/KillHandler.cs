using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Ends a job, or sends it a signal.</summary>
internal static class KillHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, KillRequest kill)
    {
        if (context.FindJob(channel, kill.Job) is not { } job)
            return;
        if (kill.Signal is { } name)
        {
            Signal(channel, job, name);
            return;
        }

        channel.Post(new OpenedMessage { Job = job.Id });
        job.End(EndCause.ByOwner("kill"));
        await WaitHandler.EndAsync(channel, job, context.Services.Stopping);
    }

    private static void Signal(Channel channel, Job job, string name)
    {
        if (SignalName.ToNumber(name) is not { } number)
            channel.Refuse(ErrorCode.BadRequest, $"there is no signal '{name}' here", "take a name without SIG: TERM, INT, HUP, KILL, USR1, …");
        else if (job.Ending is not null || !job.Signal(number))
            channel.Refuse(ErrorCode.NotFound, $"{JobReply.Sentence(job)}; nothing of it runs that a signal could reach");
        else
            channel.Finish(new ResultMessage { Outcome = Outcome.Exited });
    }
}
