using System.Globalization;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Jobs.Streaming;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Broadcasts;

/// <summary>Checks a signed request of an authorized key, starts its job at most once, and waits for the end.</summary>
/// <param name="services">What all requests share.</param>
/// <param name="log">The server's log.</param>
internal sealed class BroadcastRunner(RequestServices services, ILogger log)
{
    private static readonly TimeSpan FutureTolerance = TimeSpan.FromMinutes(5);

    // A signed request has no connection of its client.
    private static readonly ConnectionEnds NoEnds = new(Peer.Tunnel(0), Server: null);

    /// <summary>Runs the request. If its job exists, waits for that one.</summary>
    /// <param name="broadcast">The request.</param>
    /// <param name="result">What is known of the result.</param>
    /// <param name="ended">Cancelled when the receiver of the result has gone; the job continues.</param>
    /// <exception cref="RefusalException">The request starts nothing, or has no result any more.</exception>
    public async Task<BroadcastResult> RunAsync(ReceivedBroadcast broadcast, BroadcastResult result, CancellationToken ended)
    {
        int bytes = broadcast.Text.Payload.Length;
        if (services.Limiter.Begin(broadcast.Client.Key, bytes) is { } limit)
            throw new RefusalException(ErrorCode.Limit, limit, "wait until one ends");
        try
        {
            Job job = FindOrStart(broadcast);
            using IDisposable watching = job.Clients.Watch();
            IReadOnlyDictionary<string, StreamTotal?> totals = await job.Digests!.ReadAsync(ended);
            await job.Completion.WaitAsync(ended);
            CheckKept(job);
            IReadOnlyDictionary<string, BroadcastOutput> streams =
                await new InlineOutput(job, totals).ReadAsync(broadcast.Request.Inline) ?? throw Gone(job);
            return WithEnding(result, job, streams);
        }
        finally
        {
            services.Limiter.End(broadcast.Client.Key, bytes);
        }
    }

    private Job FindOrStart(ReceivedBroadcast broadcast)
    {
        BroadcastRequest request = broadcast.Request;
        ExecRequest exec = request.ToExec(broadcast.Host.Name);
        if (ExecValidator.FindFault(exec) is { } fault)
            throw new RefusalException(ErrorCode.BadRequest, fault);
        var context = new RequestContext(new ConnectionInfo(broadcast.Client, NoEnds), services, log);
        context.CheckUser(exec.User);
        Job? known = services.Jobs.Table.Find(exec.Job, broadcast.Client.Key);
        context.Check(known is null ? AskedRequests.Of(exec) : new(KeyVerb.Attach, $"continue {exec.Job}"));
        CheckMeant(broadcast);
        if (known is null)
            context.CountRequest();
        Job job = known ?? Start(broadcast, exec);
        CheckKept(job);
        if (job.Record.SignedRequest == broadcast.Text.PayloadHash)
            return job;
        throw new RefusalException(
            ErrorCode.Conflict,
            $"another request of the run {request.Run} has started the job {job.Id}, and this one starts nothing",
            "give each request a run of its own");
    }

    private Job Start(ReceivedBroadcast broadcast, ExecRequest exec)
    {
        if (services.Stopping.IsCancellationRequested)
        {
            throw new RefusalException(
                ErrorCode.Stopping, "the server is stopping and accepts no requests", "send the request again when it is back");
        }

        TimeSpan age = AgeOf(broadcast.Request);
        try
        {
            exec = exec with { Age = (long)Math.Ceiling(age.TotalMilliseconds) };
            return services.Jobs.Begin(exec, broadcast.Client, NoEnds, broadcast.Text.PayloadHash);
        }
        catch (JobRefusedException e)
        {
            throw new RefusalException(e.Code, e.Message, e.Advice);
        }
    }

    private static void CheckMeant(ReceivedBroadcast broadcast)
    {
        BroadcastHost host = broadcast.Host;
        if (TargetNames.Contains(broadcast.Request.Targets, host.Name, host.Groups))
            return;
        throw new RefusalException(
            ErrorCode.NotMeant,
            $"the request does not name the host {host.Name}",
            "name it in the targets, or correct the name with which the program on the host was started");
    }

    // Of a request from the future one clock is wrong, by as much at least; it may be as old.
    private static TimeSpan AgeOf(BroadcastRequest request)
    {
        var now = DateTimeOffset.UtcNow;
        var issued = DateTimeOffset.FromUnixTimeMilliseconds(request.Issued);
        var last = DateTimeOffset.FromUnixTimeMilliseconds(request.NotAfter);
        if (issued - now > FutureTolerance)
        {
            throw new RefusalException(
                ErrorCode.Early,
                $"the request was issued at {Text(issued)}, and here it is {Text(now)}",
                "set the clocks of both machines");
        }

        if (now > last)
        {
            throw new RefusalException(
                ErrorCode.Expired,
                $"the request starts nothing after {Text(last)}, and here it is {Text(now)}",
                "sign a new request; if it has just been signed, set the clocks of both machines");
        }

        return (now - issued).Duration();
    }

    private static void CheckKept(Job job)
    {
        if (job.IsOutputLost || job.Streams.Values.Any(IsReleased))
            throw Gone(job);

        static bool IsReleased(JobOutput output) => output.IsComplete && output.Length > 0 && output.Start == output.Length;
    }

    private static RefusalException Gone(Job job) => new(
        ErrorCode.Gone,
        $"{JobReply.Sentence(job)}; the server no longer has its output",
        "see its record with: rsh-client jobs --all HOST");

    private static BroadcastResult WithEnding(BroadcastResult result, Job job, IReadOnlyDictionary<string, BroadcastOutput> streams)
    {
        ResultMessage ending = JobReply.Of(job, new Dictionary<string, StreamTotal>());
        return result with
        {
            Outcome = ending.Outcome,
            Code = ending.Code,
            Signal = ending.Signal,
            Reason = ending.Reason,
            Started = job.Record.Started.ToUnixTimeMilliseconds(),
            Duration = ending.Duration,
            Usage = ending.Usage,
            Held = ending.PipesLeftOpen,
            Streams = streams,
        };
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
