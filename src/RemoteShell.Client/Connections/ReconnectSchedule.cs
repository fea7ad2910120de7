using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client.Connections;

/// <summary>Decides how long to wait before each attempt to reconnect, and when to give up.</summary>
/// <remarks>
/// An outage ends with useful progress, and not with a good handshake: a server that accepts each connection and ends it again
/// gets longer pauses too, and the client gives up on it.
/// </remarks>
internal sealed class ReconnectSchedule(TimeProvider time)
{
    // Losses that are followed by an attempt without a pause. A connection that was useful for a while gives one back, so that a server
    // that ends each connection after one byte does not cause a loop without pauses.
    private const int MaxPromptAttempts = 3;

    // A connection that lives this long after an answer, or after its start, was useful even if no byte of a stream arrived.
    private static readonly TimeSpan UsefulAfterAnswer = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UsefulAfterStart = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Backoff _backoff = new();
    private long _connectedAt = time.GetTimestamp();
    private long? _answeredAt;
    private bool _hasProgress;
    private long? _outageSince;
    private int _attempts;
    private int _promptAttempts = MaxPromptAttempts;
    private bool _isFirstAttempt;
    private bool _wasAnswered;

    /// <summary>Whether the server has ever answered on any connection.</summary>
    public bool WasAnswered
    {
        get
        {
            lock (_gate)
                return _wasAnswered;
        }
    }

    /// <summary>Another connection has started.</summary>
    public void Connected()
    {
        lock (_gate)
            (_connectedAt, _answeredAt, _hasProgress) = (time.GetTimestamp(), null, false);
    }

    /// <summary>The server has answered a request or a ping on the present connection.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _answeredAt ??= time.GetTimestamp();
            _wasAnswered = true;
        }
    }

    /// <summary>The present connection was useful: bytes of a stream arrived, or the result of a request.</summary>
    public void Progressed()
    {
        lock (_gate)
            _hasProgress = true;
    }

    /// <summary>The present connection has ended. If it was not useful, the outage that began with an earlier loss continues.</summary>
    public void Lost(CloseReason reason)
    {
        lock (_gate)
        {
            if (WasUseful(reason))
            {
                _outageSince = null;
                _backoff.Reset();
                if (time.GetElapsedTime(_connectedAt) >= UsefulAfterAnswer)
                    _promptAttempts = Math.Min(_promptAttempts + 1, MaxPromptAttempts);
            }

            _isFirstAttempt = true;
            if (_outageSince is not null)
                return;
            (_outageSince, _attempts) = (time.GetTimestamp(), 0);
        }
    }

    /// <summary>Whether the outage has lasted for at least <paramref name="limit"/>. It has at least one attempt.</summary>
    public bool IsOver(TimeSpan limit)
    {
        lock (_gate)
            return _attempts > 0 && _outageSince is { } since && time.GetElapsedTime(since) >= limit;
    }

    /// <summary>The pause before the next attempt.</summary>
    public TimeSpan NextPause(TimeSpan longest)
    {
        lock (_gate)
        {
            _attempts++;
            bool isPrompt = _isFirstAttempt && _promptAttempts > 0;
            _isFirstAttempt = false;
            if (!isPrompt)
                return _backoff.Next(longest);
            _promptAttempts--;
            return TimeSpan.Zero;
        }
    }

    /// <summary>The client has given up. The next request may try for as long again.</summary>
    public void GaveUp()
    {
        lock (_gate)
            _outageSince = null;
    }

    // Called under _gate. A connection that was silent until the keepalive ended it has lived long without any use.
    private bool WasUseful(CloseReason reason)
    {
        bool isAnswered = _answeredAt is { } answered && time.GetElapsedTime(answered) >= UsefulAfterAnswer;
        bool isOld = reason.Code != ErrorCode.Silent && time.GetElapsedTime(_connectedAt) >= UsefulAfterStart;
        return _hasProgress || isAnswered || isOld;
    }
}
