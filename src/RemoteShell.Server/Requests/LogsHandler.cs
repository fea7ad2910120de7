using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Sends what a job has written.</summary>
internal static class LogsHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, LogsRequest logs)
    {
        if (RequestContext.RefuseUnreadable(channel, logs))
            return;
        if (Fault(logs) is { } fault)
            channel.Refuse(ErrorCode.BadRequest, fault);
        else if (context.FindJob(channel, logs.Job) is { } job)
            await SendAsync(context, channel, logs, job);
    }

    private static string? Fault(LogsRequest logs) => logs switch
    {
        { From: < 0 } or { Length: < 0 } or { Tail: < 0 } => "offsets, lengths and lines are never negative",
        { From: not null, Tail: not null } => "from and tail exclude each other",
        { Length: not null, Follow: true } => "length and follow exclude each other",
        _ => null,
    };

    private static async Task SendAsync(RequestContext context, Channel channel, LogsRequest logs, Job job)
    {
        KeyValuePair<string, JobOutput>[] wanted = [.. job.Streams.Where(stream => logs.Stream is null ? stream.Key is "stdout" or "stderr" : stream.Key == logs.Stream)];
        if (wanted.Length == 0)
        {
            bool isGone = job.IsOutputLost;
            channel.Refuse(isGone ? ErrorCode.Gone : ErrorCode.BadRequest, isGone ? $"{JobReply.Sentence(job)}; what it wrote is no longer here" : $"the job writes no stream '{logs.Stream}'");
            return;
        }

        var watches = new Dictionary<string, OutputFollower>(StringComparer.Ordinal);
        foreach ((string name, JobOutput log) in wanted)
        {
            long end = log.Length;
            long from = logs.Streams?.GetValueOrDefault(name)?.From ?? logs.From ?? (logs.Tail is { } lines ? await LastLines.FindAsync(log, end, lines) : log.Start);
            from = logs.Follow ? OutputFollower.Begin(log, from) : Math.Clamp(from, log.Start, end);
            long begin = logs.Begins?.TryGetValue(name, out long before) == true ? before : from;
            watches[name] = new(log, from, logs.Follow ? null : logs.Length < end - begin ? begin + logs.Length : end);
        }

        await new WatcherStreams(logs, job, logs.Streams).RunAsync(channel, watches, (totals, _) => Task.FromResult<Message>(new ResultMessage { Outcome = Outcome.Exited, Streams = totals }), context.Services.Stopping);
    }
}
