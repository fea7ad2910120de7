using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>attach</c>: watches a job to its end, or takes it over.</summary>
internal static class AttachHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, AttachRequest attach)
    {
        context.Check(new(KeyVerb.Attach, $"attach to {attach.Job}"));
        Job job = context.GetJob(attach.Job);
        if (job.IsOutputLost)
            throw new RefusalException(ErrorCode.Gone, $"{JobReply.Sentence(job)}; the server no longer has its output");

        bool takesOver = job.Record.Tty ? attach.Tty is not null : job.Record.Conversation && attach.ClientToken is not null;
        if (takesOver && job.Ending is null)
        {
            await TerminalTakeover.AttendAsync(channel, attach, attach.Tty, job);
            return;
        }

        await WatchAsync(context, channel, attach, job);
    }

    private static async Task WatchAsync(RequestContext context, Channel channel, AttachRequest attach, Job job)
    {
        // A watcher of a terminal job waits, even if its request has a terminal.
        context.Connection.Begin(channel, RequestActivity.Of(attach with { Tty = null }));
        long? screens = job.Record.Tty ? await TerminalTakeover.BeginAsync(job.Streams["stdout"]) : null;
        Dictionary<string, OutputFollower> followers = job.Streams
            .Where(stream => stream.Key is "stdout" or "stderr")
            .ToDictionary(
                stream => stream.Key,
                stream => new OutputFollower(stream.Value, StartOffset(attach, stream.Key, stream.Value, screens), to: null),
                StringComparer.Ordinal);
        // A client that detaches on purpose leaves the job running.
        await using CancellationTokenRegistration left = channel.Ended.UnsafeRegister(_ => KeepRunningAfterGoodbye(channel, job), null);
        using SizeNotices? sizes = job.Record.Tty ? SizeNotices.Begin(channel, job) : null;
        _ = ClientMessageLoop.PassAsync(channel, job, sizes is null ? null : sizes.Resize);
        await new WatcherStreams(attach, job, attach.Streams).RunAsync(channel, followers, ResultAsync, context.Services.Stopping);

        async Task<Message> ResultAsync(IReadOnlyDictionary<string, StreamTotal> totals, CancellationToken ended)
        {
            await job.Completion.WaitAsync(ended);
            return JobReply.Of(job, totals);
        }
    }

    // Without a position in the request, stdout of a terminal begins with the kept screens, and any other stream at its present end.
    private static long StartOffset(AttachRequest attach, string name, JobOutput output, long? screens)
    {
        if (attach.Streams?.GetValueOrDefault(name)?.From is { } from)
            return OutputFollower.Begin(output, from);
        return name == "stdout" && screens is { } start ? start : output.Length;
    }

    private static void KeepRunningAfterGoodbye(Channel channel, Job job)
    {
        bool isGoodbye = channel.Failure
            is ChannelException { Code: CloseReason.Goodbye }
            or ConnectionException { Reason.Code: CloseReason.Goodbye };
        if (job.Ending is null && isGoodbye)
            job.Clients.KeepRunning();
    }
}
