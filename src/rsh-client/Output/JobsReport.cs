using System.Text.Json;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Jobs and results as JSON, one object per line; docs/json.md describes the fields.</summary>
internal static class JobsReport
{
    /// <summary>A list of jobs.</summary>
    public static void Write(IReadOnlyList<JobInfo> jobs, Stream target) => JsonLines.Write(jobs, Fields, target);

    /// <summary>A list of the jobs of one of several hosts.</summary>
    public static void Write(IReadOnlyList<JobInfo> jobs, string host, Stream target) => JsonLines.Write(
        jobs,
        (json, job) =>
        {
            json.WriteString("host", host);
            Fields(json, job);
        },
        target);

    /// <summary>How a job ended.</summary>
    public static void Write(CommandResult result, Stream target) => Print(target, json =>
    {
        Fields(json, result);
        json.WriteNumber("duration_ms", result.Duration.TotalMilliseconds);
    });

    /// <summary>What was done to a job.</summary>
    public static void Write(string job, string done, Stream target) => Print(target, json =>
    {
        json.WriteString("job", job);
        json.WriteBoolean(done, true);
    });

    /// <summary>The fields that every result has.</summary>
    public static void Fields(Utf8JsonWriter json, CommandResult result)
    {
        json.WriteString("job", result.JobId);
        json.WriteString("outcome", result.OutcomeName);
        json.WriteNumber("exit", result.ExitCode);
        if (result.Signal is { } signal)
            json.WriteString("signal", signal);
        if (result.Reason is { } reason)
            json.WriteString("reason", reason);
    }

    private static void Fields(Utf8JsonWriter json, JobInfo job)
    {
        json.WriteString("job", job.Id);
        json.WriteString("state", job.StateName);
        json.WriteString("started", job.Started);
        json.WriteNumber("duration_ms", job.Duration.TotalMilliseconds);
        if (job.OutcomeName is { } outcome)
            json.WriteString("outcome", outcome);
        if (job.ExitCode is { } code)
            json.WriteNumber("exit", code);
        if (job.Signal is { } signal)
            json.WriteString("signal", signal);
        if (job.Reason is { } reason)
            json.WriteString("reason", reason);
        json.WriteStartObject("bytes");
        foreach ((string name, long count) in job.Bytes)
            json.WriteNumber(name, count);
        json.WriteEndObject();
        json.WriteString("command", job.Command);
        json.WriteBoolean("detached", job.IsDetached);
        if (job.HasTerminal)
            json.WriteBoolean("tty", true);
        if (!job.IsDetached)
            json.WriteString("on_disconnect", job.OnDisconnect);
        json.WriteString("on_full", JsonWords.Of(job.OnFull));
        json.WriteNumber("attached", job.AttachedClients);
    }

    private static void Print(Stream target, Action<Utf8JsonWriter> fields)
        => JsonLines.Write([fields], (json, write) => write(json), target);
}
