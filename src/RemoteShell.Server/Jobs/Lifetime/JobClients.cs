using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>
/// Tracks the clients attached to a job: one controlling client, which applies back-pressure, and any number of watchers, which do not.
/// Starts the on-disconnect timer when the last one leaves.
/// </summary>
internal sealed class JobClients(Job job)
{
    // How long the previous client may take to release the channel before its connection is aborted. A connection that works ends a frame
    // within that time.
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromMilliseconds(500);

    // A client that was replaced before so many others has long been told so.
    private const int MaxReplacedTokens = 256;

    private readonly Lock _gate = new();

    // All that follows is guarded by _gate.
    private readonly Queue<string> _replacedTokens = new();
    private AttachedClient? _client;
    private int _arriving;
    private bool _hadClient;
    private string? _claimedBy;
    private int _watchers;
    private bool _isKept;
    private bool _outlivesClient;
    private bool _isDelivered;
    private Timer? _timer;

    /// <summary>The number of attached clients, with watchers.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _watchers + (_client is null ? 0 : 1);
        }
    }

    /// <summary>Whether the controlling client has left, and none is attached or about to attach. Watchers do not count.</summary>
    public bool HasLeft
    {
        get
        {
            lock (_gate)
                return _hadClient && _client is null && _arriving == 0;
        }
    }

    private DisconnectPolicy Policy => new(job.Record.OnDisconnect);

    /// <summary>Attaches the controlling client, after it has cut off the previous one.</summary>
    /// <remarks>The previous one may be the same client, on a connection that the server does not know to be dead.</remarks>
    /// <returns>False if another client has taken the job over meanwhile.</returns>
    public async Task<bool> AttachAsync(AttachedClient client)
    {
        lock (_gate)
        {
            _arriving++;
            _hadClient = true;
            _timer?.Dispose();
        }

        while (true)
        {
            AttachedClient before;
            lock (_gate)
            {
                bool isReplaced = client.ClientToken is { } token && _replacedTokens.Contains(token);
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

            await CutOffAsync(before);
        }
    }

    /// <summary>Claims the job's terminal for a client; false if another client took it over from this one before.</summary>
    /// <remarks>A client that was replaced must not come back: what it types would follow what the other client has typed.</remarks>
    public bool TryClaim(string clientToken)
    {
        lock (_gate)
        {
            if (_replacedTokens.Contains(clientToken))
                return false;
            if (_claimedBy is { } before && before != clientToken)
                _replacedTokens.Enqueue(before);
            if (_replacedTokens.Count > MaxReplacedTokens)
                _replacedTokens.Dequeue();
            _claimedBy = clientToken;
            return true;
        }
    }

    /// <summary>Detaches the controlling client; its channel tells why it left.</summary>
    public void Detach(AttachedClient client)
    {
        if (!client.IsDone && OutlivesClient())
        {
            StartSpilling();
        }
        else if (!client.IsDone)
        {
            DisconnectVerdict decision = Policy.WhenClientLeaves(ReasonOf(client), job.Record.CanBeTakenOver, client.LeavesRunning);
            if (decision.KeepsRunning)
                KeepRunning();
            if (decision.Cause is { } cause)
                job.End(cause);
            StartSpilling();
        }

        lock (_gate)
        {
            _client = null;
            UpdateTimer();
        }

        client.Gone.SetResult();
    }

    /// <summary>Fails the controlling client's channel, since what the client sent is invalid. That ends the job too.</summary>
    public void Reject(ChannelException fault)
    {
        AttachedClient? client;
        lock (_gate)
            client = _client;
        client?.Channel.Fail(new(fault.Code, fault.Message, fault.Hint));
    }

    /// <summary>Notes that the client has the result and all output.</summary>
    public void MarkDelivered()
    {
        lock (_gate)
        {
            _isDelivered = true;
            UpdateTimer();
        }
    }

    /// <summary>Frees the output of a job that has ended, unless a client reads it.</summary>
    public void TryRelease()
    {
        lock (_gate)
        {
            if (_client is null && _arriving == 0 && _watchers == 0 && job.Completion.IsCompleted)
                job.Release(delivered: false);
        }
    }

    /// <summary>Notes that the job has ended.</summary>
    public void End()
    {
        lock (_gate)
            UpdateTimer();
    }

    /// <summary>Attaches a watcher, until the returned object is disposed.</summary>
    public IDisposable Watch()
    {
        lock (_gate)
        {
            _watchers++;
            _timer?.Dispose();
        }

        return new Watcher(this);
    }

    /// <summary>Notes that a client left the job running on purpose: from now on the job does not wait for a client.</summary>
    public void KeepRunning()
    {
        lock (_gate)
            _isKept = true;
    }

    /// <summary>Notes that the key of the job was revoked, and its jobs are kept: the job runs on when its present client leaves.</summary>
    public void KeepWithoutKey()
    {
        lock (_gate)
        {
            (_isKept, _outlivesClient) = (true, _client is not null || _arriving > 0);
            UpdateTimer();
        }
    }

    /// <summary>Keeps what the job writes from now on, in a file where memory does not hold it.</summary>
    public void StartSpilling() => job.StartSpilling();

    // Only once: another client of the key, authorized again, has the usual policy.
    private bool OutlivesClient()
    {
        lock (_gate)
        {
            bool outlives = _outlivesClient;
            _outlivesClient = false;
            return outlives;
        }
    }

    private static CloseReason ReasonOf(AttachedClient client) => client.Channel.Failure switch
    {
        ConnectionException { Reason: { } reason } => reason,
        ChannelException fault => new(fault.Code, fault.Message),
        _ => new(ErrorCode.Internal, "the server failed at its request"),
    };

    private static async Task CutOffAsync(AttachedClient client)
    {
        var takenOver = new CloseReason(ErrorCode.TakenOver, "another client with the same key has taken the job over");
        client.Channel.Fail(takenOver);
        await Task.WhenAny(client.Gone.Task, Task.Delay(ReleaseTimeout));
        // The client is in the middle of a frame that its peer does not read.
        if (!client.Gone.Task.IsCompleted)
            client.Channel.EndConnection(takenOver);
        await client.Gone.Task;
    }

    // Called under _gate, when a client has left or the job has ended.
    private void UpdateTimer()
    {
        _timer?.Dispose();
        // A client that is about to attach counts as attached.
        if (_client is not null || _arriving > 0)
            return;
        if (_isDelivered && job.Completion.IsCompleted)
            job.Release(delivered: true);
        if (_watchers > 0 || job.IsDelivered || job.Record.Detached)
            return;
        TimeSpan? time = Policy.TimeWithoutClient(_isKept, isOver: job.Completion.IsCompleted || job.Cause is not null);
        // Before a client can attach: from then on the memory of the outputs belongs to the reader.
        if (job.HoldsLargeOutput || (time is null && job.Completion.IsCompleted))
            StartSpilling();
        if (time is { } left)
        {
            _timer = new(_ => Expire(), null, left, Timeout.InfiniteTimeSpan);
        }
        else if (job.Completion.IsCompleted)
        {
            _ = job.StoreAsync();
        }
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

        job.End(Policy.TimeIsUp);
    }

    private void Unwatch()
    {
        lock (_gate)
        {
            _watchers--;
            UpdateTimer();
        }
    }

    private sealed class Watcher(JobClients clients) : IDisposable
    {
        private JobClients? _clients = clients;

        public void Dispose() => Interlocked.Exchange(ref _clients, null)?.Unwatch();
    }
}
