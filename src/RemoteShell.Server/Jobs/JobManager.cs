using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Files;
using RemoteShell.Server.Forwarding;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Persistence;
using RemoteShell.Server.Jobs.Quotas;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;
using RemoteShell.Server.Recordings;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Jobs;

/// <summary>Begins jobs, remembers those that have ended, and forgets them in the end.</summary>
internal sealed class JobManager : IAsyncDisposable
{
    // The receive window of standard input, in bytes.
    private const int StdinWindow = 1024 * 1024;

    // Also prune after this many finished jobs (or as many as a key may run, if that is less), so that neither the records nor the outputs
    // of a burst outgrow their limits between two ticks.
    private const int PruneAfterJobs = 1000;

    // Jobs of all keys that are remembered. Beyond that those that ended first are forgotten.
    private const int MaxRemembered = JobJournal.MaxRecords;

    // Characters.
    private const int MaxPolicyLength = 32;

    private const long MicrosecondsOfMs = 1000;

    private static readonly TimeSpan LongestPruneInterval = TimeSpan.FromSeconds(30);

    private readonly JobRunnerFactory _runners;
    private readonly CurrentOptions _options;
    private readonly AuditJournal _audit;
    private readonly ILogger _log;
    private readonly OutputQuota _quota;
    private readonly QuotaEnforcer _quotaEnforcer;
    private readonly UsedIds _usedIds = new();
    private readonly RunningJobs _running;
    private readonly WindowBudgets _windows;
    private readonly FileQuotas _fileQuotas;
    private readonly Lock _beginning = new();
    private readonly Lock _pruning = new();
    private readonly CancellationTokenSource _stopped = new();
    private JobStore? _store;
    private Task _enforcing = Task.CompletedTask;
    private int _endedSincePrune;

    /// <summary>Makes a manager without jobs; <see cref="Start"/> must be called before it is used.</summary>
    public JobManager(JobRunnerFactory runners, CurrentOptions options, AuditJournal audit, ILogger log)
    {
        (_runners, _options, _audit, _log) = (runners, options, audit, log);
        _running = new(() => options.Value.Limits.Jobs);
        _windows = new(() => options.Value.Limits.WindowMemory);
        _fileQuotas = new(Path.Combine(options.Value.StateFolder, "quotas"), () => options.Value.FileQuota, log);
        _quota = new(() => options.Value.JobQuota, () => options.Value.TotalQuota);
        _quotaEnforcer = new(Table, _quota);
    }

    /// <summary>The jobs that run, and those that are remembered.</summary>
    public JobTable Table { get; } = new();

    /// <summary>Counts the jobs; null: nothing does.</summary>
    public ServerMetrics? Metrics { get; init; }

    /// <summary>Why no job can be recorded on the disk now; null: it can.</summary>
    public string? FindFault() => Store.FindFault();

    /// <summary>Counts the jobs that are known, and their output.</summary>
    public JobCounts Count() => JobCounting.Of(Table.All, _quota);

    private JobStore Store => _store ?? throw new InvalidOperationException("the job manager has not been started");

    /// <summary>
    /// Locks the folder of the jobs, opens the audit journal, recovers the jobs of an earlier server, and starts to enforce the quotas.
    /// </summary>
    /// <exception cref="RemoteShellException">A folder cannot be used, or another server uses it.</exception>
    public void Start()
    {
        _store = JobStore.Open(Path.Combine(_options.Value.StateFolder, "jobs"), _log);
        // After the lock: no other server uses the folder.
        _audit.Open();
        _store.ReadUsed(_usedIds);
        var recovery = new JobRecovery(_store, Table, _runners.Groups, _options.Value.KillGrace, _log);
        recovery.Run(Continue);
        foreach (Job job in recovery.Lost.Concat(recovery.EndedMeanwhile))
            _audit.Write(JobAudit.End(job, job.Ending!));
        foreach (Job job in recovery.EndedMeanwhile)
            RecordDetached(job);
        _store.EndReading();
        Prune();
        _store.Rewrite(Table.All, _usedIds);
        _enforcing = _quotaEnforcer.RunAsync(Prune, PruneInterval, _stopped.Token);
    }

    /// <summary>Begins a job, or returns the one that the same request began before.</summary>
    /// <param name="exec">A valid request.</param>
    /// <param name="owner">The key that starts the job.</param>
    /// <param name="ends">The client's connection.</param>
    /// <param name="signedRequest">The SHA-256 of the signed request, for a job without a client; null: a client starts it.</param>
    /// <exception cref="JobRefusedException">The job cannot begin; nothing ran.</exception>
    public Job Begin(ExecRequest exec, AuthorizedKey owner, ConnectionEnds ends, string? signedRequest = null)
    {
        PublicKey key = Table.Known(owner.Key);
        ExecRequest asked = exec;
        exec = WithOptionsOf(owner, asked);
        var record = new JobRecord
        {
            Id = exec.Job,
            Owner = key.ToString(),
            Command = KeptText.Of(exec.CommandText),
            Started = DateTimeOffset.UtcNow,
            OnDisconnect = PolicyOf(exec),
            OnFull = exec.OnFull ?? OnFull.Pause,
            Detached = exec.Detach,
            Tty = exec.Tty is not null,
            Conversation = exec.Conversation is not null,
            Files = exec.Files is not null,
            IsForwarding = exec.IsForwarding,
            IsResumable = exec.Age is not null,
            SignedRequest = signedRequest,
            In = exec.In,
            Timeout = exec.Timeout,
            OutputQuota = owner.JobQuota,
            Recording = exec.Detach ? _runners.Recordings?.NameFor(exec, owner) : null,
            Boot = ProcessIdentity.Boot,
            Clock = SystemClock.Now,
        };
        lock (_beginning)
        {
            if (Table.Find(record.Id, key) is { } known)
                return known;
            if (_usedIds.Contains(record.Id, key))
            {
                throw new JobRefusedException(
                    ErrorCode.Gone,
                    $"the job {record.Id} was started before, and the server does not keep it any more",
                    "run the command again, if it may run twice");
            }

            if (exec.Age is { } age && !_usedIds.IsCompleteSince(SystemClock.Now - (age * MicrosecondsOfMs), key))
            {
                throw new JobRefusedException(
                    ErrorCode.Gone,
                    $"the server does not know the job {record.Id}, and may have forgotten it since the client asked for it first",
                    "run the command again, if it may run twice");
            }

            Job? conversation = exec.In is { } shared ? Table.Find(shared, key) : null;
            ConversationPlace? place = exec.In is null ? null : PlaceOf(exec, conversation, key);
            var span = JobSpan.Start(record.Id, JobCounting.KindOf(exec), key.Fingerprint);
            exec = span?.Pass(exec) ?? exec;
            long size = ExecSize.Of(exec);
            if (_running.Begin(key, size, owner.MaxJobs) is { } limit)
            {
                throw new JobRefusedException(
                    ErrorCode.Limit,
                    limit,
                    "wait until one ends, or ask the server's administrator to raise the limit");
            }

            Job job = Make(record, owner with { Key = key }, exec, ends, place);
            Table.TryAdd(job);
            RecordInAudit(job, asked, new(ends.Client, owner.Key, owner.Comment));
            if (record.Detached)
                _quotaEnforcer.Wake();
            else
                Record(job);
            if (exec.Line is not null)
                conversation!.NewestLine = job;
            if (signedRequest is not null)
                job.StartSpilling();
            Metrics?.StartJob(JobCounting.KindOf(exec));
            _ = RunAsync(job, new JobLogger(_log, job, owner, ends.Client), span);
            return job;
        }
    }

    // The variables and the command of the key may not be in the encoding that the client asks for.
    private ExecRequest WithOptionsOf(AuthorizedKey owner, ExecRequest asked)
    {
        ExecRequest exec = KeyCommand.Apply(owner, asked);
        if (!ReferenceEquals(exec, asked) && ExecValidator.FindFault(exec) is { } fault)
            throw new JobRefusedException(ErrorCode.BadRequest, fault, "leave the encoding out");
        if (exec.CommandText != asked.CommandText)
            _log.LogInformation("job {Job}: command= runs in place of: {Asked}", asked.Job, asked.CommandText);
        return exec;
    }

    /// <summary>Removes a job that has ended, and deletes its output. Its id stays used.</summary>
    public void Remove(Job job)
    {
        // Before the job leaves the table: a request that is repeated at this moment finds one or the other.
        _usedIds.Add(job.Id, job.Owner);
        Store.WriteUsed(job);
        Drop(job);
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

    // Before anything runs.
    private void RecordInAudit(Job job, ExecRequest asked, AuditClient client)
    {
        if (_audit.Write(JobAudit.Start(job, asked, client)))
            return;
        _running.End(job.Owner, job.RequestSize);
        job.Recorder?.Discard();
        Drop(job);
        throw new JobRefusedException(ErrorCode.Internal, AuditException.Text, AuditException.Advice);
    }

    // If the disk is full the job runs all the same: the user may want to make room with it. But not if another process may ask for it
    // later: after a crash, no server would know that it ran.
    private void Record(Job job)
    {
        if (Store.TryWriteBegan(job) || !job.Record.IsResumable)
            return;
        _running.End(job.Owner, job.RequestSize);
        job.Recorder?.Discard();
        Drop(job);
        throw new JobRefusedException(
            ErrorCode.Internal,
            "the server cannot record the job, and would not know after a crash that it ran",
            "ask the server's administrator to make room on its disk");
    }

    // The newest line is known also when its job is forgotten already.
    private ConversationPlace PlaceOf(ExecRequest exec, Job? conversation, PublicKey key)
    {
        if (conversation?.Conversation is not { } shell)
        {
            throw new JobRefusedException(
                ErrorCode.Gone,
                $"the conversation {exec.In} has ended, and its variables and functions are lost",
                "start a new one with: rsh-client connect HOST");
        }

        if (exec.After is not { } after)
            return new(shell, null);
        Job? before = conversation.NewestLine is { } newest && newest.Id == after ? newest : Table.Find(after, key);
        if (before?.Record.In != exec.In || before?.Record.Tty != false)
        {
            throw new JobRefusedException(
                ErrorCode.BadRequest,
                $"the job {after} is not a line of the conversation {exec.In}, so no line can follow it",
                "leave after out, or name the job of the line before");
        }

        return new(shell, before);
    }

    // A client that has its result does not repeat the request, so its id need not be kept.
    private void Forget(Job job)
    {
        if (job.MayBeRepeated)
            Remove(job);
        else
            Drop(job);
    }

    private void Drop(Job job)
    {
        if (!Table.Remove(job))
            return;
        Store.Forget(job);
        foreach (JobOutput output in job.Streams.Values)
            output.Dispose();
    }

    // A policy may be written with any number of zeros.
    private static string PolicyOf(ExecRequest exec)
    {
        string policy = exec.OnDisconnect ?? OnDisconnect.Kill.ToString();
        return policy.Length <= MaxPolicyLength ? policy : OnDisconnect.Parse(policy).ToString();
    }

    private Job Make(JobRecord record, AuthorizedKey owner, ExecRequest exec, ConnectionEnds ends, ConversationPlace? place)
    {
        try
        {
            return record.Detached ? MakeDetached(record, owner.Key, exec, ends) : MakeAttached(record, owner, exec, ends, place);
        }
        catch (Exception e)
        {
            _running.End(owner.Key, ExecSize.Of(exec));
            // ArgumentOutOfRangeException: a file would exceed the limit of file sizes (EFBIG).
            if (e is not (IOException or UnauthorizedAccessException or ArgumentOutOfRangeException))
                throw;
            throw new JobRefusedException(
                ErrorCode.Internal,
                $"the server cannot create the job's folder: {e.Message}",
                "ask the server's administrator to make room on its disk");
        }
    }

    private Job MakeAttached(JobRecord record, AuthorizedKey key, ExecRequest exec, ConnectionEnds ends, ConversationPlace? place)
    {
        PublicKey owner = key.Key;
        IJobRunner runner = exec switch
        {
            { Files: not null } => MakeTransfer(record, key, ends),
            { Connect: { } target } => _runners.ForConnection(target, owner, ForwardingLogOf(record, key, ends)),
            { Listen: { } listen } => _runners.ForListening(listen, ForwardingLogOf(record, key, ends)),
            _ => _runners.For(exec, ends, JobStore.NameOf(record), place),
        };
        WindowBudget budget = _windows.Of(owner);
        long tail = record.CanBeTakenOver ? TerminalRunner.Tail : 0;
        Dictionary<string, MemoryOutput> buffers = runner.Streams.ToDictionary(
            name => name, _ => new MemoryOutput(_options.Value.Limits.StreamMemory, exec.Digest, tail, budget), StringComparer.Ordinal);
        Dictionary<string, JobOutput> streams = buffers.ToDictionary(
            buffer => buffer.Key, JobOutput (buffer) => buffer.Value, StringComparer.Ordinal);
        IncomingStream? input = null;
        if (exec.Stdin)
        {
            input = new("stdin", StdinWindow, exec.Digest, from: 0, budget)
            {
                OutlivesChannel = true,
                DigestsEachChannel = record.CanBeTakenOver,
            };
        }

        Recording? recording = _runners.Recordings?.Begin(exec, key, ends.ClientHost);
        if (recording is not null)
            buffers["stdout"].Bytes.Appended = recording.Show;
        if (recording is not null && buffers.TryGetValue("stderr", out MemoryOutput? error))
            error.Bytes.Appended = recording.ShowError;
        return new(record, owner, runner, streams)
        {
            RequestSize = ExecSize.Of(exec),
            Recorder = recording,
            Buffers = buffers,
            Digests = record.SignedRequest is null ? null : new(streams, exec.Digest),
            Input = input,
            Conversation = (runner as ConversationRunner)?.Shell,
            SessionStarted = Store.WriteSession,
            CreateSpillFile = MakeSpillFile,
            Audit = _audit,
            Metrics = Metrics,
        };
    }

    private ForwardingLog ForwardingLogOf(JobRecord record, AuthorizedKey key, ConnectionEnds ends)
        => new(_log, _audit, new(ends.Client, key.Key, key.Comment)) { Job = record.Id };

    // Not a lambda in MakeAttached: it would share the closure of the others there, and keep the request as long as the job is remembered.
    private FilesRunner MakeTransfer(JobRecord record, AuthorizedKey key, ConnectionEnds ends) => _runners.ForFiles(
        key.Files.Root,
        new(new(key, _options.Value), new(_log, key, ends.Client), key.Files.Root),
        _fileQuotas.Of(key),
        new(_audit, new(ends.Client, key.Key, key.Comment), record.Id),
        direction => new TransferLog(_log, _audit, key, ends.Client, record.Id, direction),
        EndAbandonedTransfers(record));

    // A client that was killed, and does the same again, does not wait until the server gives its old transfer up. The task completes when
    // that has left its files.
    private Task EndAbandonedTransfers(JobRecord record)
    {
        EndCause cause = EndCause.ByPolicy("its client has gone, and does the same again");
        return Task.WhenAll(Table.Running.Where(job => IsSame(job.Record)).Select(job => job.TryEndAbandoned(cause)).OfType<Task>());

        bool IsSame(JobRecord other) => other.Files && other.Owner == record.Owner && other.Command == record.Command;
    }

    // Not a lambda in MakeAttached: it would share the closure of the others there, and keep the request as long as the job is remembered.
    private SpillFile MakeSpillFile(Job job) => new(Store.Folder, _quota, new JobSpillPolicy(job, Table))
    {
        OwnLimit = job.Record.OutputQuota,
    };

    private Job MakeDetached(JobRecord record, PublicKey owner, ExecRequest exec, ConnectionEnds ends)
    {
        JobFolder folder = Store.FolderOf(record);
        folder.Create(record);
        try
        {
            Dictionary<string, JobOutput> files = FilesOf(folder);
            return new(record, owner, MakeRunner(), files)
            {
                RequestSize = ExecSize.Of(exec),
                Digests = new(files, StreamDigest.Sha256),
            };
        }
        catch
        {
            folder.Delete();
            throw;
        }

        DetachedRunner MakeRunner() => _runners.Detached(exec, ends, folder, JobStore.NameOf(record));
    }

    private async Task RunAsync(Job job, JobLogger logger, JobSpan? span)
    {
        logger.Started();
        JobOutcome outcome = await Task.Run(job.RunAsync);
        span?.End(outcome.Kind, outcome.Code);
        End(job, outcome, DateTimeOffset.UtcNow);
        logger.Ended(job.Ending!.Outcome, job.Ending!.Bytes.Values.Sum());
        if (job.Digests is not null)
            await RecordOutputAsync(job, job.Digests);
    }

    // Goes on with a detached job that an earlier server started.
    private void Continue(JobRecord record, PublicKey owner, JobFolder folder, ProcessIdentity supervisor)
    {
        ControlGroup? group = _runners.Groups?.Of(JobStore.NameOf(record));
        var runner = DetachedRunner.Continue(folder, supervisor, _options.Value.KillGrace, group);
        Dictionary<string, JobOutput> files = FilesOf(folder);
        var job = new Job(record, Table.Known(owner), runner, files) { Digests = new(files, StreamDigest.Sha256) };
        _running.Continue(job.Owner);
        Table.TryAdd(job);
        _quotaEnforcer.AddRecovered(job);
        _ = ContinueAsync(job, folder);
    }

    private async Task ContinueAsync(Job job, JobFolder folder)
    {
        JobOutcome outcome = await Task.Run(job.RunAsync);
        End(job, outcome, folder.Exit()?.Time ?? DateTimeOffset.UtcNow);
        _ = RecordOutputAsync(job, job.Digests!);
        _log.LogInformation("job {Job} of an earlier server ended: {Outcome} {Code}", job.Id, outcome.Kind, outcome.Code);
    }

    // Of a job whose output no client may read: the server reads it.
    private async Task RecordOutputAsync(Job job, OutputDigests digests)
    {
        if (_options.Value.Audit == AuditMode.Off)
            return;
        try
        {
            _audit.Write(JobAudit.OutputRead(job, await digests.ReadAsync(_stopped.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The server stops, or the job was deleted.
        }
    }

    private void RecordEnd(Job job, JobEnding ending)
    {
        if (_options.Value.Audit == AuditMode.Off)
            return;
        IReadOnlyDictionary<string, AuditStream>? outputs = JobAudit.SmallOutputs(job);
        job.HasRecordedOutput = outputs is not null;
        _audit.Write(JobAudit.End(job, ending, outputs));
    }

    private void End(Job job, JobOutcome outcome, DateTimeOffset time)
    {
        JobEnding ending = new JobEnding
        {
            Outcome = outcome,
            Ended = time,
            Duration = job.Duration.TotalMilliseconds,
            Bytes = job.Streams.ToDictionary(stream => stream.Key, stream => stream.Value.Length, StringComparer.Ordinal),
        }.Cut();
        // The order matters. The job gets its ending before the disk does: a journal that is rewritten meanwhile must have it. Clients
        // learn of the end after it is on disk, and after the owner may begin another job.
        job.SetEnding(ending);
        Store.WriteEnded(job, ending);
        RecordEnd(job, ending);
        _running.End(job.Owner, job.RequestSize);
        Metrics?.EndJob(outcome.Kind, job.Duration);
        job.Complete();
        RecordDetached(job);
        if (Interlocked.Increment(ref _endedSincePrune) > Math.Min(PruneAfterJobs, _options.Value.Limits.Jobs))
            Prune();
    }

    // The output of a detached job is in files, so it is copied at the end.
    private void RecordDetached(Job job)
    {
        if (job.Record.Recording is { } name && _runners.Recordings is { } recordings)
            recordings.Add(Task.Run(() => new DetachedRecording(job, recordings.NewFile(name)).WriteAsync()));
    }

    private static Dictionary<string, JobOutput> FilesOf(JobFolder folder)
        => JobFolder.Streams.ToDictionary(
            name => name, JobOutput (name) => new FileOutput(folder.StreamFile(name)), StringComparer.Ordinal);

    /// <summary>Lets the jobs that wait for room write again, if there is some now.</summary>
    public void RetryPaused()
    {
        foreach (Job job in Table.Running)
            job.RetryPaused();
    }

    private TimeSpan PruneInterval()
        => TimeSpan.FromTicks(Math.Min(_options.Value.KeepTime.Ticks / 4, LongestPruneInterval.Ticks));

    // Called by the loop of the quotas and by the jobs that end: one call at a time is enough.
    private void Prune()
    {
        if (!_pruning.TryEnter())
            return;
        try
        {
            Interlocked.Exchange(ref _endedSincePrune, 0);
            foreach (Job job in Overdue())
                Forget(job);
            FreeOutputs();
            _usedIds.Expire();
            Store.Tidy(Table.All, _usedIds);
        }
        finally
        {
            _pruning.Exit();
        }

        // A process that a command left behind keeps the command's control group until it ends.
        _runners.Groups?.RemoveEmpty(Table.Running.Select(job => JobStore.NameOf(job.Record)));
        // The system does not report when a full disk has room again, so paused jobs check at each tick.
        RetryPaused();
    }

    // The jobs that have ended and are over a limit, and that no client reads.
    private List<Job> Overdue()
    {
        ServerOptions options = _options.Value;
        List<Job> overdue = [];
        List<Job> kept = [];
        foreach (IGrouping<PublicKey, Job> own in Table.All.Where(job => job.Completion.IsCompleted).GroupBy(job => job.Owner))
        {
            // Delivered jobs go first: no client asks for their output again.
            Job[] ended = [.. own.OrderBy(job => !job.IsDelivered).ThenByDescending(job => job.SinceEnd)];
            int excess = ended.Length - options.KeepJobs;
            for (int i = 0; i < ended.Length; i++)
                (i < excess || ended[i].SinceEnd > options.KeepTime ? overdue : kept).Add(ended[i]);
        }

        int more = kept.Count - MaxRemembered;
        if (more > 0)
            overdue.AddRange(kept.OrderByDescending(job => job.SinceEnd).Take(more));
        return [.. overdue.Where(job => job.Clients.Count == 0)];
    }

    // A key's jobs that have ended may hold as many outputs as it may run jobs. Beyond that, the output of those that ended first is freed.
    private void FreeOutputs()
    {
        foreach (IGrouping<PublicKey, Job> own in Table.All.Where(job => job.HoldsOutput).GroupBy(job => job.Owner))
        {
            foreach (Job job in own.OrderBy(job => job.SinceEnd).Skip(_options.Value.Limits.Jobs))
                job.Clients.TryRelease();
        }
    }
}
