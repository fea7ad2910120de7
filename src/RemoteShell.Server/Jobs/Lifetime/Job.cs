using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>One command: who asked for it, what it has written so far, and how it ended. It is nobody's but its own: connections come and go.</summary>
internal sealed class Job
{
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<JobOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJobRunner _body;
    private Timer? _timer;
    private EndCause? _cause;

    /// <param name="record">What is fixed of it.</param>
    /// <param name="owner">The key that asked.</param>
    /// <param name="body">What runs.</param>
    /// <param name="streams">What it writes to.</param>
    public Job(JobRecord record, PublicKey owner, IJobRunner body, IReadOnlyDictionary<string, JobOutput> streams)
    {
        (Record, Owner, _body, Streams) = (record, owner, body, streams);
        Clients = new(this);
    }

    public JobRecord Record { get; }

    public string Id => Record.Id;

    public PublicKey Owner { get; }

    /// <summary>What the job writes, by the stream's name.</summary>
    public IReadOnlyDictionary<string, JobOutput> Streams { get; }

    /// <summary>Its standard input; null where it reads an empty one.</summary>
    public IncomingStream? Input { get; init; }

    /// <summary>Who is there for it.</summary>
    public JobClients Clients { get; }

    /// <summary>What becomes of what it writes while its client is away; null where that goes to files anyway.</summary>
    public Func<Job, ISpillTarget>? Overflow { get; init; }

    /// <summary>Since the job was made; at its end, how long it took.</summary>
    public TimeSpan Duration => (Ending?.Ended ?? DateTimeOffset.UtcNow) - Record.Started;

    /// <summary>How it ended; null while it runs.</summary>
    public JobEnding? Ending { get; set; }

    /// <summary>Completes with the outcome; every stream is complete by then.</summary>
    public Task<JobOutcome> Completion => _ended.Task;

    /// <summary>The server's own reason to end the job; null while there is none. The first one stays.</summary>
    public EndCause? Cause => Volatile.Read(ref _cause);

    /// <summary>Cancelled when the server wants the job to end; <see cref="Cause"/> then says why.</summary>
    public CancellationToken Stopping => _ending.Token;

    /// <summary>Whether a client has the result and all of the output.</summary>
    public bool IsDelivered { get; private set; }

    /// <summary>The log that a body of this process fills.</summary>
    public ReplayBuffer Log(string name) => ((MemoryOutput)Streams[name]).Bytes;

    /// <summary>The job is known to have ended before this server began; nobody waits for its result any more.</summary>
    public void Recall(JobEnding ending)
    {
        IsDelivered = ending.Outcome.Kind != Outcome.Lost;
        Complete(ending);
    }

    /// <summary>Runs the job to its end.</summary>
    public async Task<JobOutcome> RunAsync()
    {
        if (Record.Timeout is { } milliseconds)
            StartTimer(Record.Started.AddMilliseconds(milliseconds) - DateTimeOffset.UtcNow, TimeSpan.FromMilliseconds(milliseconds));
        JobOutcome outcome;
        try
        {
            outcome = await _body.RunAsync(this, Input is { } input ? (pipe, gone) => FeedAsync(input, pipe, gone) : null);
        }
        catch (Exception e)
        {
            // A fault of the server's own: nobody knows what became of the command, and that must be said.
            outcome = JobOutcome.Lost($"the server failed at running it: {e.Message}");
        }

        _timer?.Dispose();
        Input?.Discard();
        foreach (JobOutput log in Streams.Values)
            log.Complete();
        return outcome;
    }

    /// <summary>Completes once the command runs, or is over.</summary>
    public Task BegunAsync() => _body.BegunAsync();

    /// <summary>Says how the job ended, to all who wait for it.</summary>
    public void Complete(JobEnding ending)
    {
        Ending = ending;
        // A job is remembered for a day, and the values of its variables are not.
        _body = new RecordedRunner(Record.Command);
        _ended.TrySetResult(ending.Outcome);
        Clients.End();
    }

    /// <summary>Ends the job.</summary>
    public void End(EndCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is not null)
            return;
        _ending.Cancel();
        Retry();
    }

    /// <summary>Sends a signal to all that runs for the job; false where nothing does.</summary>
    public bool Signal(int number) => _body.Signal(number);

    /// <summary>Lets a job that is held look again whether there is room.</summary>
    public void Retry()
    {
        foreach (MemoryOutput log in Streams.Values.OfType<MemoryOutput>())
            log.Bytes.Retry();
    }

    /// <summary>Gives its terminal, where it has one, another size.</summary>
    public void Resize(int columns, int rows) => _body.Resize(columns, rows);

    /// <summary>Puts what it has written into its file, as far as there is room, for a client that may come much later. Where one comes meanwhile, it stops.</summary>
    public async Task StoreAsync()
    {
        foreach (MemoryOutput log in Streams.Values.OfType<MemoryOutput>())
            await log.Bytes.StoreAsync();
    }

    /// <summary>Forgets what it has written, since its client has all of it, or comes no more.</summary>
    public void Release(bool delivered)
    {
        IsDelivered |= delivered;
        foreach (MemoryOutput log in Streams.Values.OfType<MemoryOutput>())
            log.Dispose();
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
            // The pipe stays open until the job has been ended: input that was cut must not look like input that ended.
            await Task.Delay(Timeout.Infinite, gone);
        }
    }

    private void StartTimer(TimeSpan left, TimeSpan time)
        => _timer = new(_ => End(EndCause.TimeIsUp(time)), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
}
