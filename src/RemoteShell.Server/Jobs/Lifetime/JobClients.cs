using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Who is there for a job: its own client, whose pace it keeps, and watchers, whom it does not wait for. When nobody is, its policy decides.</summary>
internal sealed class JobClients(Job job)
{
    // For a client that was cut off just before the end: the outcome must still reach it.
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(60);

    // A connection that works has ended a frame by then.
    private static readonly TimeSpan TimeToLeave = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();

    // Under _gate.
    private AttachedClient? _client;
    private int _arriving;
    private string? _holder;
    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);
    private int _watchers;
    private bool _isKept;
    private bool _isDelivered;
    private Timer? _timer;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _watchers + (_client is null ? 0 : 1);
        }
    }

    /// <summary>The job's client is there. An older connection of it, which may not know yet that it is dead, is cut off first.</summary>
    /// <returns>False where another one has taken the job over meanwhile.</returns>
    public async Task<bool> AttachAsync(AttachedClient client)
    {
        lock (_gate)
        {
            _arriving++;
            _timer?.Dispose();
        }

        while (true)
        {
            AttachedClient before;
            lock (_gate)
            {
                bool isReplaced = client.ClientToken is { } holder && _replaced.Contains(holder);
                if (_client is null || isReplaced)
                {
                    _arriving--;
                    if (isReplaced)
                        UpdateTimer();
                    else
                        _client = client;
                    return !isReplaced;
                }

                before = _client;
            }

            var takenOver = new CloseReason(ErrorCode.TakenOver, "another client with the same key has taken the job over");
            before.Channel.Fail(takenOver);
            await Task.WhenAny(before.Gone.Task, Task.Delay(TimeToLeave));
            // It is in the middle of a frame that nobody takes.
            if (!before.Gone.Task.IsCompleted)
                before.Channel.EndConnection(takenOver);
            await before.Gone.Task;
        }
    }

    /// <summary>Whether that conversation may have the job: not where another one took it over, since what is typed there would follow what others have typed.</summary>
    public bool TryClaim(string holder)
    {
        lock (_gate)
        {
            if (_replaced.Contains(holder))
                return false;
            if (_holder is { } before && before != holder)
                _replaced.Add(before);
            _holder = holder;
            return true;
        }
    }

    /// <summary>The job's client is gone; its channel says why.</summary>
    public void Detach(AttachedClient client)
    {
        CloseReason? reason = client.Channel.Failure switch
        {
            ConnectionException { Reason: var end } => end,
            ChannelException fault => new(fault.Code, fault.Message),
            _ => null,
        };
        if (!client.IsDone)
            ApplyDisconnectPolicy(client, reason ?? new(ErrorCode.Internal, "the server failed at its request"));
        lock (_gate)
        {
            _client = null;
            UpdateTimer();
        }

        client.Gone.SetResult();
    }

    /// <summary>What the job's client sent makes no sense: it is told so, and that ends the job too.</summary>
    public void Reject(ChannelException fault)
    {
        AttachedClient? client;
        lock (_gate)
            client = _client;
        client?.Channel.Fail(new(fault.Code, fault.Message, fault.Hint));
    }

    /// <summary>The client has the result and all of the output.</summary>
    public void MarkDelivered()
    {
        lock (_gate)
        {
            _isDelivered = true;
            UpdateTimer();
        }
    }

    /// <summary>The job is over.</summary>
    public void End()
    {
        lock (_gate)
            UpdateTimer();
    }

    /// <summary>A watcher is there, until what this returns is disposed of.</summary>
    public IDisposable Watch()
    {
        lock (_gate)
        {
            _watchers++;
            _timer?.Dispose();
        }

        return new Watching(this);
    }

    /// <summary>Whoever leaves on purpose leaves the job running: nobody is waited for any more.</summary>
    public void KeepRunning()
    {
        lock (_gate)
            _isKept = true;
    }

    private void ApplyDisconnectPolicy(AttachedClient client, CloseReason reason)
    {
        if (reason.Code == ErrorCode.Detached || (reason.Code == CloseReason.Goodbye && client.LeavesRunning))
            KeepRunning();
        else if (IsDisconnect(reason) && Policy.Time == TimeSpan.Zero)
            job.End(EndCause.ByPolicy("on-disconnect kill: its client is gone"));
        else if (reason.Code == CloseReason.Goodbye)
            job.End(EndCause.ByOwner("its client gave it up"));
        else if (!IsDisconnect(reason) && reason.Code is not (ErrorCode.TakenOver or ErrorCode.Gone))
            job.End(EndCause.ByPolicy($"its channel failed: {reason.Text}"));

        StartSpilling();
    }

    private static bool IsDisconnect(CloseReason reason) => reason.IsLoss || reason.Code is ErrorCode.Idle or ErrorCode.Disconnected;

    /// <summary>What the job writes from now on is kept, in a file where memory does not hold it.</summary>
    public void StartSpilling()
    {
        foreach (MemoryOutput log in job.Streams.Values.OfType<MemoryOutput>())
            log.Bytes.StartSpilling(() => job.Overflow!(job));
    }

    private OnDisconnect Policy => OnDisconnect.Parse(job.Record.OnDisconnect);

    // Under _gate. What to do now that somebody has left, or the job has ended.
    private void UpdateTimer()
    {
        _timer?.Dispose();
        // Whoever is about to be there counts as being there.
        if (_client is not null || _arriving > 0)
            return;
        if (_isDelivered && job.Completion.IsCompleted)
            job.Release(delivered: true);
        if (_watchers > 0 || job.IsDelivered || job.Record.Detached)
            return;
        TimeSpan? time = _isKept ? null : Policy.Time;
        // Whatever the policy says of a job that runs, one that has ended is there for a moment still.
        if (time < LeastGrace && (job.Completion.IsCompleted || job.Cause is not null))
            time = LeastGrace;
        if (time is null && job.Completion.IsCompleted)
        {
            // Before anybody can arrive: from then on the logs' memory is the reader's.
            StartSpilling();
            _ = job.StoreAsync();
        }

        if (time is { } left)
            _timer = new(_ => Expire(), null, left, Timeout.InfiniteTimeSpan);
    }

    private void Expire()
    {
        lock (_gate)
        {
            if (_client is not null || _arriving > 0 || _watchers > 0)
                return;
            if (job.Completion.IsCompleted)
                job.Release(delivered: false);
        }

        job.End(EndCause.ByPolicy($"on-disconnect {job.Record.OnDisconnect}: nobody came back in time"));
    }

    private void Unwatch()
    {
        lock (_gate)
        {
            _watchers--;
            UpdateTimer();
        }
    }

    private sealed class Watching(JobClients attendance) : IDisposable
    {
        private JobClients? _attendance = attendance;

        public void Dispose() => Interlocked.Exchange(ref _attendance, null)?.Unwatch();
    }
}

/// <summary>A job's client, as long as it is there.</summary>
internal sealed class AttachedClient(Channel channel)
{
    public Channel Channel => channel;

    /// <summary>The name of its conversation, where the job can be taken over.</summary>
    public string? ClientToken { get; init; }

    /// <summary>Whether the job goes on when it says goodbye.</summary>
    public bool LeavesRunning { get; init; }

    /// <summary>Whether it was told the result.</summary>
    public bool IsDone { get; set; }

    public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
