using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Describes the start, the end and the output of jobs in the audit journal.</summary>
/// <remarks>Values of environment variables and standard input are not recorded.</remarks>
internal static class JobAudit
{
    // Bytes of each stream.
    private const int MaxSmallOutput = 1024;

    /// <summary>The job is about to start.</summary>
    /// <param name="job">The job.</param>
    /// <param name="asked">What the client asked for: a command of its key may run in its place.</param>
    /// <param name="client">The client.</param>
    public static AuditLine Start(Job job, ExecRequest asked, AuditClient client)
    {
        AuditLine line = client.Line(AuditEvent.JobStart) with
        {
            Verb = AskedRequests.VerbOf(asked),
            Job = job.Id,
            Request = job.Record.SignedRequest,
            Recording = job.Recording,
            Folder = asked.Cwd,
            Reason = KeptText.Of(asked.CommandText) == job.Record.Command ? null : $"command= runs in place of it: {job.Record.Command}",
        };
        return line.WithWhat(asked.CommandText).WithArgv(asked.Argv ?? asked.Builtin);
    }

    /// <summary>The job has ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="outputs">Its outputs; null: only their lengths are known.</param>
    public static AuditLine End(Job job, JobEnding ending, IReadOnlyDictionary<string, AuditStream>? outputs = null) => new()
    {
        Event = AuditEvent.JobEnd,
        Key = job.Owner.Fingerprint,
        Job = job.Id,
        Outcome = ending.Outcome.Kind,
        Code = ending.Outcome.Code,
        Signal = ending.Outcome.Signal,
        Reason = ending.Outcome.Reason,
        Duration = ending.Duration,
        Streams = outputs
            ?? ending.Bytes.ToDictionary(stream => stream.Key, stream => new AuditStream(stream.Value), StringComparer.Ordinal),
    };

    /// <summary>The outputs of a job with little output, of which nothing was acknowledged yet.</summary>
    /// <returns>Null if there is more, or it is not whole in memory any more.</returns>
    public static IReadOnlyDictionary<string, AuditStream>? SmallOutputs(Job job)
    {
        if (job.Buffers.Count == 0)
            return null;
        var outputs = new Dictionary<string, AuditStream>(job.Buffers.Count, StringComparer.Ordinal);
        Span<byte> room = stackalloc byte[MaxSmallOutput];
        foreach ((string name, MemoryOutput output) in job.Buffers)
        {
            if (!output.Bytes.TryCopyAll(0, room, out int count))
                return null;
            using var digest = new StreamDigest(output.Digest.Algorithm);
            digest.Append(room[..count]);
            outputs[name] = StreamOf(digest.Current);
        }

        return outputs;
    }

    /// <summary>A client has received the output to its end.</summary>
    /// <param name="job">The job.</param>
    /// <param name="totals">The totals and digests, by the stream's name.</param>
    public static AuditLine Output(Job job, IReadOnlyDictionary<string, StreamTotal> totals)
        => Output(job, totals.ToDictionary(stream => stream.Key, stream => StreamOf(stream.Value), StringComparer.Ordinal));

    /// <summary>The server has read the output to its end.</summary>
    /// <param name="job">The job.</param>
    /// <param name="totals">The totals and digests, by the stream's name; null for a stream of which bytes were dropped before.</param>
    public static AuditLine OutputRead(Job job, IReadOnlyDictionary<string, StreamTotal?> totals) => Output(
        job,
        totals.ToDictionary(
            stream => stream.Key,
            stream => stream.Value is { } total ? StreamOf(total) : new(job.Streams[stream.Key].Length),
            StringComparer.Ordinal));

    private static AuditLine Output(Job job, Dictionary<string, AuditStream> streams)
        => new() { Event = AuditEvent.Output, Key = job.Owner.Fingerprint, Job = job.Id, Streams = streams };

    private static AuditStream StreamOf(StreamTotal total) => new(total.Total, total.Digest);
}
