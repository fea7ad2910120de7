using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Looks on at a job to its end.</summary>
internal static class AttachHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, AttachRequest attach)
    {
        if (RequestContext.RefuseUnreadable(channel, attach) || context.FindJob(channel, attach.Job) is not { } job)
            return;
        if (job.IsOutputLost)
        {
            channel.Refuse(ErrorCode.Gone, $"{JobReply.Sentence(job)}; what it wrote is no longer here");
            return;
        }

        if (job.Record.Tty && attach.Tty is { } tty && job.Ending is null)
        {
            if (tty.Fault() is { } fault)
                channel.Refuse(ErrorCode.BadRequest, fault);
            else
                await TerminalTakeover.AttendAsync(channel, attach, tty, job);
            return;
        }

        context.Presence.Begin(channel, attach with { Tty = null });
        long? screens = job.Record.Tty ? await TerminalTakeover.BeginAsync(job.Streams["stdout"]) : null;
        var watches = job.Streams.Where(stream => stream.Key is "stdout" or "stderr").ToDictionary(stream => stream.Key, stream => new OutputFollower(stream.Value, Begin(attach, stream.Key, stream.Value, screens), to: null), StringComparer.Ordinal);
        // A client that leaves on purpose leaves the job running.
        await using CancellationTokenRegistration left = channel.Ended.UnsafeRegister(_ => Leave(channel, job), null);
        _ = ClientMessageLoop.PassAsync(channel, job);
        await new WatcherStreams(attach, job, attach.Streams).RunAsync(channel, watches, async (totals, ended) =>
        {
            await job.Completion.WaitAsync(ended);
            return JobReply.Of(job, totals);
        }, context.Services.Stopping);
    }

    private static long Begin(AttachRequest attach, string name, JobOutput log, long? screens)
        => attach.Streams?.GetValueOrDefault(name)?.From is { } from ? OutputFollower.Begin(log, from) : name == "stdout" ? screens ?? log.Length : log.Length;

    private static void Leave(Channel channel, Job job)
    {
        if (job.Ending is null && channel.Failure is ChannelException { Code: CloseReason.Goodbye } or ConnectionException { Reason.Code: CloseReason.Goodbye })
            job.Clients.KeepRunning();
    }
}
