using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Begins a job, or goes on with the one that the same request began before, and carries its streams and signals.</summary>
internal static class ExecHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, ExecRequest exec)
    {
        if (ExecValidator.FindFault(exec) is { } fault)
        {
            channel.Refuse(ErrorCode.BadRequest, fault);
            return;
        }

        if (context.RefuseUser(channel, exec.User))
            return;
        Job? known = context.Services.Keeper.Table.Find(exec.Job, context.Client.Key);
        Job job;
        try
        {
            job = known ?? context.Services.Keeper.Begin(exec, context.Client, context.Peer);
        }
        catch (JobRefusedException e)
        {
            channel.Refuse(e.Code, e.Message, e.Advice);
            return;
        }

        if (job.Record.Detached)
            await AnswerDetachedAsync(channel, job);
        else if (job.IsOutputLost)
            channel.Refuse(ErrorCode.Gone, $"{JobReply.Sentence(job)}; what it wrote is no longer here", "look at its record with: rsh-client jobs --all HOST");
        else
        {
            if (exec.Tty is not null && !TerminalTakeover.TryClaim(channel, job, exec.Holder))
                return;
            if (known is not null && exec.Tty is not null)
                TerminalTakeover.AskToRedraw(job, exec.Tty);
            await new JobStreamer(exec, job, exec.Streams, _ => 0).RunAsync(channel, new(channel) { ClientToken = exec.Tty is null ? null : exec.Holder ?? "" });
        }
    }

    private static async Task AnswerDetachedAsync(Channel channel, Job job)
    {
        if (job.Ending is null)
            await Task.WhenAny(job.BegunAsync(), job.Completion);
        if (job.Ending is { Outcome.Kind: Outcome.NeverStarted })
            channel.Finish(JobReply.Of(job, new Dictionary<string, StreamTotal>()));
        else
            channel.Finish(new OpenedMessage { Job = job.Id, Detached = true });
    }
}
