using System.Net;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Persistence;
using RemoteShell.Server.Jobs.Quotas;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs;

/// <summary>Begins jobs, remembers them, and forgets them in the end.</summary>
internal sealed class JobManager : IAsyncDisposable
{
    private const int StdinWindow = 1024 * 1024;

    // So that a burst of short jobs does not wait for the next look at the clock.
    private const int PruneAfter = 1000;

    private static readonly TimeSpan MostBetweenPrunes = TimeSpan.FromSeconds(30);

    private readonly JobRunnerFactory _bodies;
    private readonly JobStore _store;
    private readonly ServerOptions _options;
    private readonly ILogger _log;
    private readonly OutputQuota _quota;
    private readonly Lock _beginning = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly QuotaEnforcer _watch;
    private readonly Task _looking;
    private int _endedSincePrune;

    public JobManager(JobRunnerFactory bodies, ServerOptions options, ILogger log)
    {
        (_bodies, _options, _log) = (bodies, options, log);
        _quota = new(options.JobQuota, options.TotalQuota);
        _store = new(Path.Combine(options.StateFolder, "jobs"), log);
        _watch = new(Table, _quota);
        new JobRecovery(_store, Table, log).Run(Continue);
        Prune();
        _store.Rewrite(Table.All);
        _looking = _watch.RunAsync(Prune, TimeSpan.FromTicks(Math.Min(options.KeepTime.Ticks / 4, MostBetweenPrunes.Ticks)), _stopped.Token);
    }

    /// <summary>The jobs.</summary>
    public JobTable Table { get; } = new();

    /// <summary>Begins a job, or finds the one that the same request began before.</summary>
    /// <exception cref="JobRefusedException">It cannot begin; nothing has happened.</exception>
    public Job Begin(ExecRequest exec, AuthorizedKey owner, IPEndPoint peer)
    {
        var record = new JobRecord
        {
            Id = exec.Job,
            Owner = owner.Key.ToString(),
            Command = CommandLine.TextOf(exec),
            Started = DateTimeOffset.UtcNow,
            OnDisconnect = exec.OnDisconnect ?? OnDisconnect.Kill.ToString(),
            OnFull = exec.OnFull ?? OnFull.Pause,
            Detached = exec.Detach,
            Tty = exec.Tty is not null,
            Timeout = exec.Timeout,
            Boot = ProcessIdentity.Boot,
        };
        lock (_beginning)
        {
            if (Table.Find(record.Id, owner.Key) is { } known)
                return known;
            if (!Table.TryBegin(owner.Key, _options.Limits.Jobs))
                throw new JobRefusedException(ErrorCode.Limit, $"this key runs {_options.Limits.Jobs} jobs already", "wait for one to end, or have the limit raised at the server");
            Job job = Make(record, owner.Key, exec, peer);
            Table.TryAdd(job);
            if (record.Detached)
                _watch.Wake();
            else
                _store.Began(job);
            _ = RunAsync(job, new JobLogger(_log, job, owner, peer));
            return job;
        }
    }

    /// <summary>Forgets a job that has ended.</summary>
    public void Forget(Job job)
    {
        if (!Table.Remove(job))
            return;
        _store.Forget(job);
        foreach (JobOutput log in job.Streams.Values)
            log.Dispose();
    }

    /// <summary>Ends all jobs that end with the server.</summary>
    public void EndAll(EndCause cause)
    {
        foreach (Job job in Table.EndingWithServer)
            job.End(cause);
    }

    /// <summary>Returns when all jobs that end with the server have ended.</summary>
    public Task EndedAsync() => Task.WhenAll(Table.EndingWithServer.Select(job => job.Completion));

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _looking;
        foreach (Job job in Table.All)
            foreach (JobOutput log in job.Streams.Values)
                log.Dispose();
        _store.Dispose();
        _stopped.Dispose();
    }

    private Job Make(JobRecord record, PublicKey owner, ExecRequest exec, IPEndPoint peer)
    {
        try
        {
            return record.Detached ? Detached(record, owner, exec, peer) : Attached(record, owner, exec, peer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Table.Finish(owner);
            throw new JobRefusedException(ErrorCode.Internal, $"the server cannot make the job's folder: {e.Message}", "whoever runs the server has to make room in its folder");
        }
    }

    private Job Attached(JobRecord record, PublicKey owner, ExecRequest exec, IPEndPoint peer)
    {
        IJobRunner body = _bodies.For(exec, peer.Address.ToString());
        long capacity = Math.Max(_options.Limits.StreamMemory, exec.Window);
        return new(record, owner, body, body.Streams.ToDictionary(name => name, JobOutput (_) => new MemoryOutput(capacity, exec.Digest, record.Tty ? TerminalRunner.Tail : 0), StringComparer.Ordinal))
        {
            Input = exec.Stdin ? new IncomingStream("stdin", StdinWindow, exec.Digest) { OutlivesChannel = true, DigestsEachChannel = record.Tty } : null,
            Overflow = Spill,
        };
    }

    private Job Detached(JobRecord record, PublicKey owner, ExecRequest exec, IPEndPoint peer)
    {
        JobFolder folder = _store.FolderOf(record);
        folder.Create(record);
        try
        {
            return new(record, owner, _bodies.Detached(exec, peer.Address.ToString(), folder), FilesOf(folder));
        }
        catch
        {
            folder.Delete();
            throw;
        }
    }

    private async Task RunAsync(Job job, JobLogger report)
    {
        report.Started();
        JobOutcome outcome = await Task.Run(job.RunAsync);
        End(job, outcome, DateTimeOffset.UtcNow);
        report.Ended(outcome, job.Ending!.Bytes.Values.Sum());
    }

    // A detached job that a server before this one started.
    private void Continue(JobRecord record, PublicKey owner, JobFolder folder, ProcessIdentity holder)
    {
        var job = new Job(record, owner, DetachedRunner.Continue(folder, record.Command, holder, _options.KillGrace), FilesOf(folder));
        Table.TryBegin(owner, int.MaxValue);
        Table.TryAdd(job);
        _watch.Found(job);
        _ = ContinueAsync(job, folder);
    }

    private async Task ContinueAsync(Job job, JobFolder folder)
    {
        JobOutcome outcome = await Task.Run(job.RunAsync);
        End(job, outcome, folder.Exit()?.Time ?? DateTimeOffset.UtcNow);
        _log.LogInformation("job {Job} of a server before this one ended: {Outcome} {Code}", job.Id, outcome.Kind, outcome.Code);
    }

    private void End(Job job, JobOutcome outcome, DateTimeOffset time)
    {
        var ending = new JobEnding { Outcome = outcome, Ended = time, Bytes = job.Streams.ToDictionary(stream => stream.Key, stream => stream.Value.Length, StringComparer.Ordinal) };
        // On disk before anybody is told, and the place free; but known here before, so that a journal that is rewritten meanwhile has it.
        job.Ending = ending;
        _store.Ended(job, ending);
        Table.Finish(job.Owner);
        job.Complete(ending);
        if (++_endedSincePrune > PruneAfter)
            Prune();
    }

    private SpillFile Spill(Job job) => new(_store.Folder, _quota, new(
        DropsOldest: () => job.Record.OnFull == OnFull.DropOldest,
        Full: () =>
        {
            if (job.Record.OnFull == OnFull.Kill && job.Ending is null)
                job.End(EndCause.ByPolicy("on-full kill: what nobody has read reached a quota"));
        },
        // Nothing that is being ended is held: what it still writes is counted and dropped.
        GivesUp: () => job.Cause is not null,
        Freed: () =>
        {
            foreach (Job other in Table.Running)
                other.Retry();
        }));

    private static Dictionary<string, JobOutput> FilesOf(JobFolder folder)
        => JobFolder.Streams.ToDictionary(name => name, JobOutput (name) => new FileOutput(folder.StreamFile(name)), StringComparer.Ordinal);

    // Those whose clients have everything go first: nobody will ask for them again.
    private void Prune()
    {
        _endedSincePrune = 0;
        foreach (IGrouping<PublicKey, Job> own in Table.All.Where(job => job.Completion.IsCompleted).GroupBy(job => job.Owner))
            Prune([.. own.OrderBy(job => !job.IsDelivered).ThenBy(job => job.Ending!.Ended)]);
        _store.Tidy(Table.All);
        // Room may have come from elsewhere: nobody tells of a disk that is not full any more.
        foreach (Job job in Table.Running)
            job.Retry();
    }

    private void Prune(Job[] ended)
    {
        int tooMany = ended.Length - _options.KeepJobs;
        for (int i = 0; i < ended.Length; i++)
            if ((i < tooMany || DateTimeOffset.UtcNow - ended[i].Ending!.Ended > _options.KeepTime) && ended[i].Clients.Count == 0)
                Forget(ended[i]);
    }
}

/// <summary>A job cannot begin, and nothing of it has.</summary>
internal sealed class JobRefusedException(string code, string message, string? cure) : RemoteShellException(message)
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code => code;

    /// <summary>What to do about it.</summary>
    public string? Advice => cure;
}
