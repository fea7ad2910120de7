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

/// <summary>Begins jobs, remembers those that have ended, and forgets them in the end.</summary>
internal sealed class JobManager : IAsyncDisposable
{
    // The receive window of standard input, in bytes.
    private const int StdinWindow = 1024 * 1024;

    // Also prune after this many finished jobs, so that a burst cannot outgrow KeepJobs between two ticks.
    private const int PruneAfterJobs = 1000;

    private static readonly TimeSpan LongestPruneInterval = TimeSpan.FromSeconds(30);

    private readonly JobRunnerFactory _runners;
    private readonly ServerOptions _options;
    private readonly ILogger _log;
    private readonly OutputQuota _quota;
    private readonly QuotaEnforcer _quotaEnforcer;
    private readonly Lock _beginning = new();
    private readonly CancellationTokenSource _stopped = new();
    private JobStore? _store;
    private Task _enforcing = Task.CompletedTask;
    private int _endedSincePrune;

    /// <summary>Makes a manager without jobs; <see cref="Start"/> must be called before it is used.</summary>
    public JobManager(JobRunnerFactory runners, ServerOptions options, ILogger log)
    {
        (_runners, _options, _log) = (runners, options, log);
        _quota = new(options.JobQuota, options.TotalQuota);
        _quotaEnforcer = new(Table, _quota);
    }

    /// <summary>The jobs that run, and those that are remembered.</summary>
    public JobTable Table { get; } = new();

    private JobStore Store => _store ?? throw new InvalidOperationException("the job manager has not been started");

    /// <summary>Locks the folder of the jobs, recovers the jobs of an earlier server, and starts to enforce the quotas.</summary>
    /// <exception cref="RemoteShellException">The folder cannot be used, or another server uses it.</exception>
    public void Start()
    {
        _store = JobStore.Open(Path.Combine(_options.StateFolder, "jobs"), _log);
        new JobRecovery(_store, Table, _runners.Groups, _options.KillGrace, _log).Run(Continue);
        Prune();
        _store.Rewrite(Table.All);
        TimeSpan pruneInterval = TimeSpan.FromTicks(Math.Min(_options.KeepTime.Ticks / 4, LongestPruneInterval.Ticks));
        _enforcing = _quotaEnforcer.RunAsync(Prune, pruneInterval, _stopped.Token);
    }

    /// <summary>Begins a job, or returns the one that the same request began before.</summary>
    /// <exception cref="JobRefusedException">The job cannot begin; nothing ran.</exception>
    public Job Begin(ExecRequest exec, AuthorizedKey owner, IPEndPoint peer)
    {
        var record = new JobRecord
        {
            Id = exec.Job,
            Owner = owner.Key.ToString(),
            Command = exec.CommandText,
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
            {
                throw new JobRefusedException(
                    ErrorCode.Limit,
                    $"this key already runs {_options.Limits.Jobs} jobs",
                    "wait until one ends, or ask the server's administrator to raise the limit");
            }

            Job job = Make(record, owner.Key, exec, peer);
            Table.TryAdd(job);
            if (record.Detached)
                _quotaEnforcer.Wake();
            else
                Store.WriteBegan(job);
            _ = RunAsync(job, new JobLogger(_log, job, owner, peer));
            return job;
        }
    }

    /// <summary>Forgets a job that has ended, and deletes its output.</summary>
    public void Forget(Job job)
    {
        if (!Table.Remove(job))
            return;
        Store.Forget(job);
        foreach (JobOutput output in job.Streams.Values)
            output.Dispose();
    }

    /// <summary>Ends all jobs that end with the server.</summary>
    public void EndAll(EndCause cause)
    {
        foreach (Job job in Table.EndingWithServer)
            job.End(cause);
    }

    /// <summary>Completes when all jobs that end with the server have ended.</summary>
    public Task EndedAsync() => Task.WhenAll(Table.EndingWithServer.Select(job => job.Completion));

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _enforcing;
        foreach (JobOutput output in Table.All.SelectMany(job => job.Streams.Values))
            output.Dispose();
        _store?.Dispose();
        _stopped.Dispose();
    }

    private Job Make(JobRecord record, PublicKey owner, ExecRequest exec, IPEndPoint peer)
    {
        try
        {
            return record.Detached ? MakeDetached(record, owner, exec, peer) : MakeAttached(record, owner, exec, peer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Table.Finish(owner);
            throw new JobRefusedException(
                ErrorCode.Internal,
                $"the server cannot create the job's folder: {e.Message}",
                "ask the server's administrator to make room on its disk");
        }
    }

    private Job MakeAttached(JobRecord record, PublicKey owner, ExecRequest exec, IPEndPoint peer)
    {
        IJobRunner runner = _runners.For(exec, peer.Address.ToString(), JobStore.NameOf(record));
        long capacity = Math.Max(_options.Limits.StreamMemory, exec.Window);
        long tail = record.Tty ? TerminalRunner.Tail : 0;
        Dictionary<string, MemoryOutput> buffers = runner.Streams.ToDictionary(
            name => name, _ => new MemoryOutput(capacity, exec.Digest, tail), StringComparer.Ordinal);
        Dictionary<string, JobOutput> streams = buffers.ToDictionary(
            buffer => buffer.Key, JobOutput (buffer) => buffer.Value, StringComparer.Ordinal);
        IncomingStream? input = null;
        if (exec.Stdin)
            input = new("stdin", StdinWindow, exec.Digest) { OutlivesChannel = true, DigestsEachChannel = record.Tty };
        return new(record, owner, runner, streams)
        {
            Buffers = buffers,
            Input = input,
            SessionStarted = Store.WriteSession,
            CreateSpillFile = job => new SpillFile(Store.Folder, _quota, new JobSpillPolicy(job, Table)),
        };
    }

    private Job MakeDetached(JobRecord record, PublicKey owner, ExecRequest exec, IPEndPoint peer)
    {
        JobFolder folder = Store.FolderOf(record);
        folder.Create(record);
        try
        {
            return new(record, owner, MakeRunner(), FilesOf(folder));
        }
        catch
        {
            folder.Delete();
            throw;
        }

        DetachedRunner MakeRunner() => _runners.Detached(exec, peer.Address.ToString(), folder, JobStore.NameOf(record));
    }

    private async Task RunAsync(Job job, JobLogger logger)
    {
        logger.Started();
        JobOutcome outcome = await Task.Run(job.RunAsync);
        End(job, outcome, DateTimeOffset.UtcNow);
        logger.Ended(outcome, job.Ending!.Bytes.Values.Sum());
    }

    // Goes on with a detached job that an earlier server started.
    private void Continue(JobRecord record, PublicKey owner, JobFolder folder, ProcessIdentity supervisor)
    {
        ControlGroup? group = _runners.Groups?.Of(JobStore.NameOf(record));
        var runner = DetachedRunner.Continue(folder, supervisor, _options.KillGrace, group);
        var job = new Job(record, owner, runner, FilesOf(folder));
        Table.TryBegin(owner, int.MaxValue);
        Table.TryAdd(job);
        _quotaEnforcer.AddRecovered(job);
        _ = ContinueAsync(job, folder);
    }

    private async Task ContinueAsync(Job job, JobFolder folder)
    {
        JobOutcome outcome = await Task.Run(job.RunAsync);
        End(job, outcome, folder.Exit()?.Time ?? DateTimeOffset.UtcNow);
        _log.LogInformation("job {Job} of an earlier server ended: {Outcome} {Code}", job.Id, outcome.Kind, outcome.Code);
    }

    private void End(Job job, JobOutcome outcome, DateTimeOffset time)
    {
        var ending = new JobEnding
        {
            Outcome = outcome,
            Ended = time,
            Bytes = job.Streams.ToDictionary(stream => stream.Key, stream => stream.Value.Length, StringComparer.Ordinal),
        };
        // The order matters. The job gets its ending before the disk does: a journal that is rewritten meanwhile must have it. Clients
        // learn of the end after it is on disk, and after the owner may begin another job.
        job.SetEnding(ending);
        Store.WriteEnded(job, ending);
        Table.Finish(job.Owner);
        job.Complete();
        if (Interlocked.Increment(ref _endedSincePrune) > PruneAfterJobs)
            Prune();
    }

    private static Dictionary<string, JobOutput> FilesOf(JobFolder folder)
        => JobFolder.Streams.ToDictionary(
            name => name, JobOutput (name) => new FileOutput(folder.StreamFile(name)), StringComparer.Ordinal);

    private void Prune()
    {
        _endedSincePrune = 0;
        foreach (IGrouping<PublicKey, Job> own in Table.All.Where(job => job.Completion.IsCompleted).GroupBy(job => job.Owner))
        {
            // Delivered jobs go first: no client asks for their output again.
            Prune([.. own.OrderBy(job => !job.IsDelivered).ThenBy(job => job.Ending!.Ended)]);
        }

        Store.Tidy(Table.All);
        // A process that a command left behind keeps the command's control group until it ends.
        _runners.Groups?.RemoveEmpty(Table.Running.Select(job => JobStore.NameOf(job.Record)));
        // The system does not report when a full disk has room again, so paused jobs check at each tick.
        foreach (Job job in Table.Running)
            job.RetryPaused();
    }

    private void Prune(Job[] ended)
    {
        int excess = ended.Length - _options.KeepJobs;
        for (int i = 0; i < ended.Length; i++)
        {
            bool isDue = i < excess || DateTimeOffset.UtcNow - ended[i].Ending!.Ended > _options.KeepTime;
            if (isDue && ended[i].Clients.Count == 0)
                Forget(ended[i]);
        }
    }
}
