using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Processes.Unix;
using RemoteShell.Server.Recordings;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>One command: its owner, what it has written so far, and how it ended.</summary>
/// <remarks>A job does not belong to a connection: connections come and go.</remarks>
internal sealed class Job
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<JobOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJobRunner? _runner;
    private Timer? _timer;
    private EndCause? _cause;
    private volatile bool _wasSignalled;

    // As SystemClock tells.
    private long _endedAt;

    /// <summary>Makes a job; it does not run yet.</summary>
    /// <param name="record">What never changes.</param>
    /// <param name="owner">The key of the client that started it.</param>
    /// <param name="runner">Runs the command; null for a job that is known from its record only and has ended.</param>
    /// <param name="streams">The outputs, by the stream's name.</param>
    public Job(JobRecord record, PublicKey owner, IJobRunner? runner, IReadOnlyDictionary<string, JobOutput> streams)
    {
        (Record, Owner, _runner, Streams) = (record, owner, runner, streams);
        Clients = new(this);
    }

    public JobRecord Record { get; }

    public string Id => Record.Id;

    public PublicKey Owner { get; }

    /// <summary>The outputs, by the stream's name.</summary>
    public IReadOnlyDictionary<string, JobOutput> Streams { get; }

    /// <summary>The same outputs, for a job that lives with the server: its controlling client reads them. Empty for other jobs.</summary>
    public IReadOnlyDictionary<string, MemoryOutput> Buffers { get; init; } = new Dictionary<string, MemoryOutput>();

    /// <summary>Gets the output that a client has received to its end; null: that is not recorded.</summary>
    public AuditJournal? Audit { get; init; }

    /// <summary>Whether the end of the job is recorded with the digests of its outputs: they are not recorded again.</summary>
    public bool HasRecordedOutput { get; set; }

    /// <summary>The digests of the outputs, for a job that is detached, or that a signed request started; null for other jobs.</summary>
    public OutputDigests? Digests { get; init; }

    /// <summary>Whether the outputs are gone with an earlier server, and only the record of the job is left.</summary>
    public bool IsOutputLost => Streams.Count == 0;

    /// <summary>Whether the job has ended, and an output may still hold memory that windows of its key share.</summary>
    public bool HoldsLargeOutput
        => Ending is not null && Buffers.Values.Any(output => output.Length - output.Start > ReceiveWindow.LargestNeed);

    /// <summary>The memory that the command and its environment take while the job runs, in bytes.</summary>
    public long RequestSize { get; init; }

    /// <summary>Whether the job has ended, and its output is in memory or in a file without a name.</summary>
    public bool HoldsOutput => Ending is not null && Buffers.Values.Any(output => output.Length > output.Start);

    /// <summary>Standard input; null: the job reads an empty input.</summary>
    public IncomingStream? Input { get; init; }

    /// <summary>The shell, for a conversation that has not ended; null for other jobs.</summary>
    public ConversationShell? Conversation { get; set; }

    /// <summary>For a conversation: its newest line; null before the first one. The job manager guards it.</summary>
    public Job? NewestLine { get; set; }

    /// <summary>Counts the bytes that are sent again; null: nothing does.</summary>
    public ServerMetrics? Metrics { get; init; }

    /// <summary>The attached clients.</summary>
    public JobClients Clients { get; }

    /// <summary>Records the output while the job runs; null: nothing does.</summary>
    public Recording? Recorder { get; init; }

    /// <summary>The name of the file of the recording, which of a detached job is written at its end; null: it is not recorded.</summary>
    public string? Recording => Recorder?.Name ?? Record.Recording;

    /// <summary>Is called once the session of the command is known; null if the session is not recorded.</summary>
    public Action<Job>? SessionStarted { get; init; }

    /// <summary>The session of the command; null before it starts, and if the system does not tell.</summary>
    public SessionIdentity? Session { get; private set; }

    /// <summary>Makes the file for output that memory does not hold while the client is away.</summary>
    /// <remarks>Null for a job whose output is a file anyway.</remarks>
    public Func<Job, ISpillTarget>? CreateSpillFile { get; init; }

    /// <summary>The time since the job was made; after its end, how long it took.</summary>
    public TimeSpan Duration => Ending switch
    {
        { Duration: { } milliseconds } => TimeSpan.FromMilliseconds(milliseconds),
        // No server saw the end: only the wall clock tells how long the job took.
        { Ended: var ended } => SystemClock.Between(Record.Started, ended),
        null when Record.Clock is { } began && Record.Boot == ProcessIdentity.Boot => SystemClock.Since(began),
        null => SystemClock.Between(Record.Started, DateTimeOffset.UtcNow),
    };

    /// <summary>The time since the job ended, whatever was done to the wall clock meanwhile; zero while it runs.</summary>
    public TimeSpan SinceEnd => Ending is null ? TimeSpan.Zero : SystemClock.Since(_endedAt);

    /// <summary>The size of the job's terminal; null if it has none, or has ended.</summary>
    public (int Columns, int Rows)? TerminalSize => _runner?.TerminalSize;

    /// <summary>Raised when a client has resized the terminal. The handler must not block.</summary>
    public event Action? Resized;

    /// <summary>How the job ended; null while it runs.</summary>
    public JobEnding? Ending { get; private set; }

    /// <summary>Completes with the outcome; every output is complete by then.</summary>
    public Task<JobOutcome> Completion => _ended.Task;

    /// <summary>Why the server ends the job: the first reason given. Null while there is none.</summary>
    public EndCause? Cause => Volatile.Read(ref _cause);

    /// <summary>Cancelled when the server ends the job; <see cref="Cause"/> then says why.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Whether a client has sent the job a signal, or the server has ended it.</summary>
    public bool WasDisturbed => _wasSignalled || Cause is not null;

    /// <summary>Whether a client has the result and all output.</summary>
    public bool IsDelivered { get; private set; }

    /// <summary>Whether the request may still be repeated: no client has said that it has the result, or the job is resumable.</summary>
    /// <remarks>True for a job of an earlier server, since the disk does not tell what was delivered.</remarks>
    public bool MayBeRepeated { get; private set; } = true;

    /// <summary>The buffer that a runner in this process fills.</summary>
    public ReplayBuffer Buffer(string name) => Buffers[name].Bytes;

    /// <summary>Notes which session the command leads.</summary>
    public void SetSession(SessionIdentity session)
    {
        Session = session;
        SessionStarted?.Invoke(this);
    }

    /// <summary>Sets the end of a job that ended before this server started; no client waits for its result any more.</summary>
    public void Recall(JobEnding ending)
    {
        IsDelivered = ending.Outcome.Kind != Outcome.Lost;
        SetEnding(ending);
        _endedAt -= (long)SystemClock.Between(ending.Ended, DateTimeOffset.UtcNow).TotalMicroseconds;
        Complete();
    }

    /// <summary>Runs the job to its end.</summary>
    public async Task<JobOutcome> RunAsync()
    {
        if (Record.Timeout is { } milliseconds)
            StartTimer(TimeSpan.FromMilliseconds(milliseconds));
        JobOutcome outcome;
        try
        {
            outcome = await _runner!.RunAsync(this, Input is { } input ? (pipe, gone) => FeedAsync(input, pipe, gone) : null);
        }
        catch (Exception e)
        {
            // A defect of the server: it is not known what became of the command, and the client must learn that.
            outcome = JobOutcome.Lost($"the server failed to run it: {e.Message}");
        }

        _timer?.Dispose();
        Input?.Discard();
        foreach (JobOutput output in Streams.Values)
            output.Complete();
        Recorder?.End(outcome.Code);
        return outcome;
    }

    /// <summary>Completes once the command runs, or has ended.</summary>
    public async Task BegunAsync()
    {
        if (_runner is { } runner && await runner.BegunAsync())
            return;
        // Only the ending tells whether the command could not be started.
        await Completion;
    }

    /// <summary>Sets how the job ended. Call <see cref="Complete"/> afterwards to wake the waiters.</summary>
    public void SetEnding(JobEnding ending)
    {
        _endedAt = SystemClock.Now;
        Ending = ending;
    }

    /// <summary>Completes <see cref="Completion"/>; <see cref="Ending"/> is set.</summary>
    public void Complete()
    {
        // A job is remembered for a day; the values of its variables, which the runner holds, are not.
        _runner = null;
        Conversation = null;
        _ended.TrySetResult(Ending!.Outcome);
        Clients.End();
    }

    /// <summary>Ends the job.</summary>
    public void End(EndCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is not null)
            return;
        _stopping.Cancel();
        RetryPaused();
    }

    /// <summary>Ends the job if its client has gone.</summary>
    /// <returns>Completes when the job has ended; null if the job has a client, or waits for its first one.</returns>
    public Task? TryEndAbandoned(EndCause cause)
    {
        if (!Clients.HasLeft)
            return null;
        End(cause);
        return Completion;
    }

    /// <summary>Sends a signal to all processes of the job; false if none runs.</summary>
    public bool Signal(int number)
    {
        // Before the signal has its effect: a line that waits for the end of this one must not begin then.
        _wasSignalled = true;
        return _runner?.Signal(number) ?? false;
    }

    /// <summary>Lets a job that is paused at a quota check again whether there is room.</summary>
    public void RetryPaused()
    {
        foreach (JobOutput output in Streams.Values)
            output.RetryPaused();
    }

    /// <summary>Resizes the job's terminal, if it has one.</summary>
    public void Resize(int columns, int rows)
    {
        _runner?.Resize(columns, rows);
        Recorder?.Resize(columns, rows);
        Resized?.Invoke();
    }

    /// <summary>Keeps what the job writes from now on, in a file where memory does not hold it.</summary>
    public void StartSpilling()
    {
        foreach (JobOutput output in Streams.Values)
            output.StartSpilling(() => CreateSpillFile!(this));
    }

    /// <summary>Moves the output from memory to its spill file, as far as there is room. Stops if a client attaches.</summary>
    /// <remarks>The client may come much later.</remarks>
    public async Task StoreAsync()
    {
        foreach (JobOutput output in Streams.Values)
            await output.StoreAsync();
    }

    /// <summary>Drops the output from memory, since the client has all of it, or does not come back.</summary>
    public void Release(bool delivered)
    {
        IsDelivered |= delivered;
        MayBeRepeated &= !delivered || Record.IsResumable;
        foreach (JobOutput output in Streams.Values)
            output.Release();
    }

    private async Task FeedAsync(IncomingStream input, Stream pipe, CancellationToken gone)
    {
        try
        {
            await input.CopyToAsync(pipe, gone);
        }
        catch (ChannelException e)
        {
            Clients.Reject(e);
            // The pipe stays open until the job has been ended: to the command, input that was cut off must not look like complete input.
            await Task.Delay(Timeout.Infinite, gone);
        }
    }

    // A job that an earlier server started has used a part of its time.
    private void StartTimer(TimeSpan time)
    {
        TimeSpan left = time - Duration;
        _timer = new(_ => End(EndCause.TimeIsUp(time)), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
