using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>logs</c>: sends the output of a job.</summary>
internal static class LogsHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, LogsRequest logs)
    {
        context.Check(new(KeyVerb.Attach, $"read the output of {logs.Job}"));
        Job job = context.GetJob(logs.Job);

        var followers = new Dictionary<string, OutputFollower>(StringComparer.Ordinal);
        foreach ((string name, JobOutput output) in Wanted(job, logs.Stream))
            followers[name] = await FollowerAsync(logs, name, output);
        await new WatcherStreams(logs, job, logs.Streams).RunAsync(channel, followers, ResultAsync, context.Services.Stopping);

        static Task<Message> ResultAsync(IReadOnlyDictionary<string, StreamTotal> totals, CancellationToken ended)
            => Task.FromResult<Message>(new ResultMessage { Outcome = Outcome.Exited, Streams = totals });
    }

    private static KeyValuePair<string, JobOutput>[] Wanted(Job job, string? name)
    {
        KeyValuePair<string, JobOutput>[] wanted =
        [
            .. job.Streams.Where(stream => name is null ? stream.Key is "stdout" or "stderr" : stream.Key == name),
        ];
        if (wanted.Length > 0)
            return wanted;
        if (job.IsOutputLost)
            throw new RefusalException(ErrorCode.Gone, $"{JobReply.Sentence(job)}; the server no longer has its output");
        throw new RefusalException(ErrorCode.BadRequest, $"the job has no stream '{name}'");
    }

    private static async Task<OutputFollower> FollowerAsync(LogsRequest logs, string name, JobOutput output)
    {
        long end = output.Length;
        long from = await StartOffsetAsync(logs, name, output, end);
        if (logs.Follow)
            return new(output, OutputFollower.Begin(output, from), to: null);

        from = Math.Clamp(from, output.Start, end);
        // A request that is repeated after a cut counts the length from where the first one began.
        long begin = logs.StartOffsets?.TryGetValue(name, out long before) == true ? before : from;
        return new(output, from, to: logs.Length < end - begin ? begin + logs.Length : end);
    }

    private static async Task<long> StartOffsetAsync(LogsRequest logs, string name, JobOutput output, long end)
    {
        if (logs.Streams?.GetValueOrDefault(name)?.From is { } resumed)
            return resumed;
        if (logs.From is { } from)
            return from;
        return logs.Tail is { } lines ? await LastLines.FindAsync(output, end, lines) : output.Start;
    }
}
