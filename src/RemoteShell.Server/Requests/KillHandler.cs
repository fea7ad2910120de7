using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>kill</c>: ends a job, or sends it a signal.</summary>
internal static class KillHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, KillRequest kill)
    {
        context.Check(new(KeyVerb.Jobs, $"end {kill.Job}"));
        Job job = context.GetJob(kill.Job);
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
        {
            throw new RefusalException(
                ErrorCode.BadRequest,
                $"this server does not know the signal '{name}'",
                "use a name without SIG: TERM, INT, HUP, KILL, USR1, …");
        }

        if (job.Ending is not null || !job.Signal(number))
            throw new RefusalException(ErrorCode.NotFound, $"{JobReply.Sentence(job)}; it has no process to signal");
        channel.Finish(new ResultMessage { Outcome = Outcome.Exited });
    }
}
