using RemoteShell.Client;
using RemoteShell.Fleet.Execution;
using RemoteShell.Protocol;

namespace RemoteShell.Fleet;

/// <summary>Runs the command of a run on its hosts, and keeps their output and verdicts.</summary>
/// <remarks>
/// The job's id is on the disk before the command starts. The server keeps the result until the verdict and the output are on this
/// client's disk: a client that is killed at any moment can be followed by another one, and nothing starts twice. The job belongs to the
/// key that the server has accepted, which is on the disk too: another client comes with that key, or not at all.
/// </remarks>
/// <param name="run">The run, which this client has taken.</param>
/// <param name="stop">Ends the run early. A command that runs then is ended.</param>
public sealed class HostRunner(KeptRun run, RunStop stop)
{
    // The request travels together with the key: a server that does not answer may have got it.
    private static readonly HashSet<VerdictKind> UnknownAfterRequest = [VerdictKind.Unreachable, VerdictKind.HostKey];

    // An earlier client may have started the command, so that it is not known how it ended.
    private static readonly HashSet<VerdictKind> UnknownAfterClient =
    [
        VerdictKind.Unreachable, VerdictKind.Unauthorized, VerdictKind.HostKey, VerdictKind.Skipped,
    ];

    private const string Forgotten = "an earlier client asked for it, and the server does not know its job";

    private readonly HostCaller _caller = new(stop);

    /// <summary>Runs the command on a host, or goes on with what an earlier client has begun there.</summary>
    /// <param name="target">The host.</param>
    /// <param name="what">The command.</param>
    /// <param name="origin">Whether an earlier client may have begun.</param>
    /// <param name="shown">Where the output goes as it comes, in addition to the run's files, and where the input comes from.</param>
    public Task<HostVerdict> RunAsync(RunTarget target, HostCommand what, RunOrigin origin, CommandStreams shown)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(what);
        ArgumentNullException.ThrowIfNull(shown);
        return KeepAsync(target, what, (call, output) => CompleteAsync(call, target, what, origin, shown, output));
    }

    /// <summary>Ends the job that an earlier client has begun on a host, and collects its output. Starts nothing.</summary>
    public Task<HostVerdict> KillAsync(RunTarget target, HostCommand what)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(what);
        return KeepAsync(target, what, (call, output) => EndAsync(call, target, what, output));
    }

    // What ends with a result is kept by the work: before the connection ends, so that the server can be told.
    private async Task<HostVerdict> KeepAsync(RunTarget target, HostCommand what, Func<HostCall, HostOutput, Task<HostVerdict>> work)
    {
        using HostOutput output = run.OutputOf(target);
        HashSet<VerdictKind> unknown = run.MayHaveBegun(target) ? UnknownAfterClient : [];
        bool isKept = false;
        HostVerdict verdict = await _caller.CallAsync(target, WithKey(target, what.Connection), WorkAsync).ConfigureAwait(false);
        if (isKept)
            return verdict;
        if (unknown.Contains(verdict.Kind))
            verdict = verdict with { Kind = VerdictKind.Lost, Job = target.Job };
        await run.KeepAsync(verdict, output).ConfigureAwait(false);
        return verdict;

        async Task<HostVerdict> WorkAsync(HostCall call)
        {
            if (unknown.Count == 0)
                unknown = UnknownAfterRequest;
            HostVerdict ended = await work(call, output).ConfigureAwait(false);
            isKept = true;
            return ended;
        }
    }

    // A host that was not begun gets no request before it is clear which key counts there.
    private ClientOptions WithKey(RunTarget target, ClientOptions connection)
    {
        if (run.KeyOf(target) is { } key)
            return connection with { OnlyKey = key, Authorization = AuthorizationCheck.OnConnect };
        if (run.MayHaveBegun(target))
            return connection with { OtherKeys = null };
        return connection is { Key: null, OtherKeys: null }
            ? connection
            : connection with { Authorization = AuthorizationCheck.OnConnect };
    }

    private async Task<HostVerdict> CompleteAsync(
        HostCall call, RunTarget target, HostCommand what, RunOrigin origin, CommandStreams shown, HostOutput output)
    {
        var started = new TaskCompletionSource<RemoteJob>(TaskCreationOptions.RunContinuationsAsynchronously);
        var streams = new CommandStreams
        {
            Output = new TeeStream(output.Output, shown.Output, started.Task),
            Error = new TeeStream(output.Error, shown.Error, started.Task),
            Input = shown.Input,
        };
        RemoteCommand command = what.Command.WithJobId(target.Job).WithAcknowledgement(Acknowledgement.ByCaller);
        run.Begin(target, call.Client.KeyInUse);
        RemoteJob job = await StartAsync(call, command, origin, output, streams).ConfigureAwait(false);
        started.SetResult(job);
        CommandResult result = await job.Completion.ConfigureAwait(false);
        HostVerdict verdict = HostVerdict.Of(target, result) with { Started = call.Started, Connecting = call.Connecting };
        if (await run.KeepAsync(verdict, output).ConfigureAwait(false))
            job.Acknowledge();
        return verdict;
    }

    private async Task<HostVerdict> EndAsync(HostCall call, RunTarget target, HostCommand what, HostOutput output)
    {
        try
        {
            await call.Client.KillAsync(target.Job, call.Token).ConfigureAwait(false);
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.NotFound)
        {
            HostVerdict verdict = HostVerdict.Skipped(target, "the server does not know its job: it was not begun");
            if (run.MayHaveBegun(target))
                verdict = verdict with { Kind = VerdictKind.Lost, Job = target.Job, Code = ErrorCode.Gone, Reason = Forgotten };
            await run.KeepAsync(verdict, output).ConfigureAwait(false);
            return verdict;
        }

        var unseen = new CommandStreams { Output = Stream.Null, Error = Stream.Null };
        return await CompleteAsync(call, target, what, RunOrigin.Resumed, unseen, output).ConfigureAwait(false);
    }

    private async Task<RemoteJob> StartAsync(
        HostCall call, RemoteCommand command, RunOrigin origin, HostOutput output, CommandStreams streams)
    {
        if (origin == RunOrigin.New)
            return await call.Client.StartAsync(command, streams, call.Token).ConfigureAwait(false);
        using FileStream? keptOutput = output.Output.OpenKept(), keptError = output.Error.OpenKept();
        var point = new ResumePoint
        {
            Age = Age(),
            Output = keptOutput,
            Error = keptError,
        };
        return await call.Client.ResumeAsync(command, point, streams, call.Token).ConfigureAwait(false);
    }

    // If the clock was set back, it is not known how long ago that was: the server must not start what it may have forgotten.
    private TimeSpan Age()
    {
        TimeSpan age = DateTimeOffset.UtcNow - run.Record.Started;
        return age >= TimeSpan.Zero ? age : RunStore.KeepTime;
    }
}
