using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Builds the messages that tell clients the state and the outcome of a job.</summary>
internal static class JobReply
{
    /// <summary>The result: the last frame of a channel that waited for the job.</summary>
    /// <param name="job">A job that has ended.</param>
    /// <param name="streams">What was sent on the channel, by the stream's name.</param>
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
            Duration = Milliseconds(job),
            Streams = streams,
            Cwd = outcome.Folder,
            Fault = outcome.Fault,
        };
    }

    /// <summary>The state of a job as a sentence, for people.</summary>
    public static string Sentence(Job job)
    {
        if (job.Ending is not { Outcome: var outcome })
            return $"the job {job.Id} runs";
        string reason = outcome.Reason is null ? "" : $" ({outcome.Reason})";
        return $"the job {job.Id} has ended: {outcome.Kind}, status {outcome.Code}{reason}";
    }

    /// <summary>The entry of a job in a list of jobs.</summary>
    public static JobEntry Info(Job job) => new()
    {
        Job = job.Id,
        State = StateOf(job),
        Started = job.Record.Started.ToUnixTimeMilliseconds(),
        Duration = Milliseconds(job),
        Outcome = job.Ending?.Outcome.Kind,
        Code = job.Ending?.Outcome.Code,
        Signal = job.Ending?.Outcome.Signal,
        Reason = job.Ending?.Outcome.Reason,
        Bytes = job.Ending?.Bytes ?? job.Streams.ToDictionary(stream => stream.Key, stream => stream.Value.Length, StringComparer.Ordinal),
        Command = job.Record.Command,
        Detached = job.Record.Detached,
        Tty = job.Record.Tty,
        Conversation = job.Record.Conversation,
        In = job.Record.In,
        OnDisconnect = job.Record.OnDisconnect,
        OnFull = job.Record.OnFull,
        Attached = job.Clients.Count,
    };

    // The clock may have been set back while the job ran. A duration on the wire is not negative.
    private static double Milliseconds(Job job) => Math.Max(0, Math.Round(job.Duration.TotalMilliseconds, 3));

    private static string StateOf(Job job)
    {
        if (job.Ending is not null)
            return "ended";
        return job.Streams.Values.Any(output => output.IsPaused) ? "held" : "running";
    }
}
