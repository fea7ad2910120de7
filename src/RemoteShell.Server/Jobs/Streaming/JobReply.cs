using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>A job's outcome as its clients are told it.</summary>
internal static class JobReply
{
    /// <summary>The last frame of a channel that waited for the job.</summary>
    /// <param name="job">A job that has ended.</param>
    /// <param name="streams">What was sent on the channel.</param>
    public static ResultMessage Of(Job job, IReadOnlyDictionary<string, StreamTotal> streams)
    {
        JobOutcome outcome = job.Ending!.Outcome;
        return new()
        {
            Outcome = outcome.Kind,
            Code = outcome.Code,
            Signal = outcome.Signal,
            Reason = outcome.Reason,
            Usage = outcome.Usage,
            PipesLeftOpen = outcome.Held,
            Duration = Math.Round(job.Duration.TotalMilliseconds, 3),
            Streams = streams,
        };
    }

    /// <summary>How it stands with a job, for people.</summary>
    public static string Sentence(Job job) => job.Ending?.Outcome is { } outcome
        ? $"the job {job.Id} has ended: {outcome.Kind}, status {outcome.Code}{(outcome.Reason is { } reason ? $" ({reason})" : "")}"
        : $"the job {job.Id} runs";

    /// <summary>What is known of a job.</summary>
    public static JobEntry Info(Job job) => new()
    {
        Job = job.Id,
        State = job.Ending is not null ? "ended" : job.Streams.Values.Any(log => log.IsPaused) ? "held" : "running",
        Started = job.Record.Started.ToUnixTimeMilliseconds(),
        Duration = Math.Round(job.Duration.TotalMilliseconds, 3),
        Outcome = job.Ending?.Outcome.Kind,
        Code = job.Ending?.Outcome.Code,
        Signal = job.Ending?.Outcome.Signal,
        Reason = job.Ending?.Outcome.Reason,
        Bytes = job.Ending?.Bytes ?? job.Streams.ToDictionary(stream => stream.Key, stream => stream.Value.Length, StringComparer.Ordinal),
        Command = job.Record.Command,
        Detached = job.Record.Detached,
        Tty = job.Record.Tty,
        OnDisconnect = job.Record.OnDisconnect,
        OnFull = job.Record.OnFull,
        Attached = job.Clients.Count,
    };
}
