using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs;

namespace RemoteShell.Server.Requests;

/// <summary>Looks on at a job to its end.</summary>
internal static class AttachHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, Attach attach)
    {
        if (RequestContext.RefuseUnreadable(channel, attach) || context.FindJob(channel, attach.Job) is not { } job)
            return;
        if (job.Streams.Count == 0)
        {
            RequestContext.Refuse(channel, ErrorCode.Gone, $"{JobResult.Sentence(job)}; what it wrote is no longer here");
            return;
        }

        if (job.Record.Tty && attach.Tty is { } tty && job.Ending is null)
        {
            if (tty.Fault() is { } fault)
                RequestContext.Refuse(channel, ErrorCode.BadRequest, fault);
            else
                await TakenOver.AttendAsync(channel, attach, tty, job);
            return;
        }

        context.Presence.Begin(channel, attach with { Tty = null });
        long? screens = job.Record.Tty ? await TakenOver.BeginAsync(job.Streams["stdout"]) : null;
        var watches = job.Streams.Where(stream => stream.Key is "stdout" or "stderr").ToDictionary(stream => stream.Key, stream => new LogWatch(stream.Value, Begin(attach, stream.Key, stream.Value, screens), to: null), StringComparer.Ordinal);
        // A client that leaves on purpose leaves the job running.
        await using CancellationTokenRegistration left = channel.Ended.UnsafeRegister(_ => Leave(channel, job), null);
        _ = JobSignals.PassAsync(channel, job);
        await new JobWatch(attach, job, attach.Streams).RunAsync(channel, watches, async (totals, ended) =>
        {
            await job.Completion.WaitAsync(ended);
            return JobResult.Of(job, totals);
        }, context.Services.Stopping);
    }

    private static long Begin(Attach attach, string name, OutputLog log, long? screens)
        => attach.Streams?.GetValueOrDefault(name)?.From is { } from ? LogWatch.Begin(log, from) : name == "stdout" ? screens ?? log.Length : log.Length;

    private static void Leave(Channel channel, Job job)
    {
        if (job.Ending is null && channel.Failure is ChannelException { Code: CloseReason.Goodbye } or ConnectionException { Reason.Code: CloseReason.Goodbye })
            job.Attendance.Keep();
    }
}
