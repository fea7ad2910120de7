using System.Diagnostics;
using RemoteShell.Client.Results;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Connections;

/// <summary>One request, from its first attempt to its result, over as many connections as needed.</summary>
/// <remarks>Its byte streams resume on each next connection.</remarks>
/// <param name="link">The connections.</param>
/// <param name="request">Makes the request, with the current positions of the streams.</param>
/// <param name="streams">The streams from the server. Those that resume outlive their channel.</param>
internal sealed class ResumableRequest(ReconnectingConnection link, Func<OpenRequest> request, params IReadOnlyList<IncomingStream> streams)
{
    // Between two attempts at a server that refuses to resume because of a limit, without its random part.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // How long after a change of the connection the server may still meet the same request from the connection before. It then takes the
    // older one for another client. One old connection has one such request.
    private static readonly TimeSpan EchoTime = TimeSpan.FromSeconds(10);
    private const int MaxEchoes = 3;

    private readonly string? _traceparent = link.Traceparent;
    private readonly Lock _gate = new();

    // Guarded by _gate: the channel on which the request was accepted, and messages that wait for the next channel.
    private Channel? _channel;
    private readonly Queue<Message> _waiting = new();

    // The offset up to which each stream arrived, and the one from which the server wants standard input: more of either is progress.
    private readonly long[] _arrived = new long[streams.Count];
    private long _taken;

    private Connection? _connection;
    private volatile string? _acceptedJob;
    private volatile bool _wasSent;
    private bool _wasAccepted;

    // When the connection last changed, and how often an older copy of this request has taken the job since.
    private long? _movedAt;
    private int _echoes;

    // Since when the server has refused to resume because of a limit, and its last refusal.
    private readonly Backoff _pauses = new();
    private long? _refusedSince;
    private RequestRefusedException? _refusal;

    /// <summary>The id of the job that the request is about, or a prefix of it; null if it is about none.</summary>
    public string? Job { get; init; }

    /// <summary>The job's full id, once the server has said it; until then what the caller named.</summary>
    /// <remarks>
    /// A repeated request names it: a prefix may by then be that of another job, and a result must never be that of another job.
    /// </remarks>
    public string? AcceptedJob => _acceptedJob ?? Job;

    /// <summary>Whether the request was sent at least once.</summary>
    public bool WasSent => _wasSent;

    /// <summary>Whether the server may have read the request: it was sent on a connection that the server did not turn away.</summary>
    public bool MayHaveArrived { get; private set; }

    /// <summary>Whether the server may give the result without accepting the request before. Default: no.</summary>
    public bool AllowsImmediateResult { get; init; }

    /// <summary>Called on each connection after the server accepted the request.</summary>
    /// <remarks>The returned task must end when the channel does.</remarks>
    public Func<Channel, OpenedMessage, Task>? Accepted { get; init; }

    /// <summary>Sends a message that no request waits for; drops it if there is no connection.</summary>
    public void PostAside(Message message) => _connection?.PostGathered(message);

    /// <summary>The code that a cancelled request sends to the server: <c>goodbye</c> ends the job.</summary>
    public string Leaving { get; set; } = CloseReason.Goodbye;

    /// <summary>Sends a message if there is a connection; drops it otherwise.</summary>
    public void PostNow(Message message)
    {
        lock (_gate)
        {
            if (_channel is { Failure: null } channel)
                channel.Post(message);
        }
    }

    /// <summary>Sends a message now, or as soon as there is a connection.</summary>
    public void Post(Message message)
    {
        lock (_gate)
        {
            if (_channel is { Failure: null } channel)
                channel.Post(message);
            else
                _waiting.Enqueue(message);
        }
    }

    /// <summary>Runs the request to its end: a <see cref="ResultMessage"/>, or an <see cref="OpenedMessage"/> for a detached job.</summary>
    public async Task<Message> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Connection connection = await link.CurrentAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                try
                {
                    if (await TalkAsync(connection, cancellationToken).ConfigureAwait(false) is { } answer)
                        return answer;
                    connection = await AfterRefusalAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (ChannelException e) when (IsEcho(e))
                {
                    _echoes++;
                }
                catch (RemoteShellException e) when (link.MayResume(e))
                {
                    if (HasMoreArrived())
                        link.Progressed();
                    if (e is ChannelException)
                        await connection.CloseAsync(new GoodbyeMessage { Reason = e.Message }).ConfigureAwait(false);
                    connection = await link.AfterAsync(connection, cancellationToken).ConfigureAwait(false);
                    (_movedAt, _echoes) = (Stopwatch.GetTimestamp(), 0);
                }
            }
        }
        catch (Exception e)
        {
            foreach (IncomingStream stream in streams)
                stream.Fail(e);
            throw;
        }
    }

    /// <summary>Runs the request to its end while it delivers the streams. A delivery that fails ends everything at once.</summary>
    public async Task<ResultMessage> DeliverAsync(
        IEnumerable<Func<CancellationToken, Task>> deliveries, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Message> talking = RunAsync(stop.Token);
        // Each on the thread pool, so that a target that blocks does not delay the others.
        Task[] all = [talking, .. deliveries.Select(delivery => Task.Run(() => delivery(stop.Token), CancellationToken.None))];
        try
        {
            await foreach (Task task in Task.WhenEach(all).ConfigureAwait(false))
                await task.ConfigureAwait(false);
            return (ResultMessage)await talking.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)talking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private bool IsEcho(ChannelException e)
        => e.Code == ErrorCode.TakenOver && _echoes < MaxEchoes && _movedAt is { } moved && Stopwatch.GetElapsedTime(moved) < EchoTime;

    // The server may still count the requests of the lost connection. Nothing tells when it does not, so the client asks again.
    private async Task<Connection> AfterRefusalAsync(CancellationToken cancellationToken)
    {
        _refusedSince ??= Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(_refusedSince.Value) >= link.GiveUp)
            throw Ended(_refusal!);
        await Task.Delay(_pauses.Next(LongestPause), cancellationToken).ConfigureAwait(false);
        return await link.CurrentAsync(cancellationToken).ConfigureAwait(false);
    }

    // Null if the server refuses to resume for now.
    private async Task<Message?> TalkAsync(Connection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        bool isRepeated = _wasSent;
        _wasSent = true;
        bool detaches = false;
        Channel channel = connection.Open(opened =>
        {
            foreach (IncomingStream stream in streams)
                opened.AddIncoming(stream);
            OpenRequest message = request() with { Traceparent = _traceparent };
            detaches = message is ExecRequest { Detach: true };
            return message;
        });
        Task beside = Task.CompletedTask;
        bool isAnswered = false;
        try
        {
            switch (await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                case OpenedMessage opened:
                    link.Answered(connection);
                    Check(opened, detaches);
                    if (opened.Detached)
                    {
                        isAnswered = true;
                        return opened;
                    }

                    _wasAccepted = true;
                    _refusedSince = null;
                    _pauses.Reset();
                    beside = Accepted is null ? beside : GuardAsync(channel, Accepted(channel, opened));
                    Begin(channel);
                    break;
                case RefusedMessage { Code: ErrorCode.Stopping } stopping when _wasAccepted:
                    isAnswered = true;
                    throw new ChannelException(new CloseReason(stopping.Code, stopping.Text, stopping.Hint));
                case RefusedMessage { Code: ErrorCode.Limit } full when isRepeated:
                    isAnswered = true;
                    _refusal = new(full);
                    return null;
                case RefusedMessage refused:
                    isAnswered = true;
                    link.Log?.Refused(request().Request, refused.Code, refused.Text);
                    throw Ended(new RequestRefusedException(refused));
                case ResultMessage early when AllowsImmediateResult:
                    isAnswered = true;
                    link.Answered(connection);
                    link.Progressed();
                    // The streams never end then, so their readers get the failure instead.
                    return streams.Count == 0 ? early : throw NotStarted(early);
                case ResultMessage:
                    throw new UnverifiedOutputException("the server sent a result of a request that it has not accepted");
                case var other:
                    throw new UnverifiedOutputException(
                        $"the server answered with '{other.Type}' instead of accepting or refusing the request");
            }

            if (await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false) is not ResultMessage result)
                throw new UnverifiedOutputException("the server sent another message instead of the result");
            isAnswered = true;
            // The result may have arrived before the error that ends the channel was sent.
            if (beside.Exception?.InnerException is UnverifiedOutputException)
                await beside.ConfigureAwait(false);
            link.Progressed();
            // Streams that have already ended keep their state.
            foreach (IncomingStream stream in streams)
                stream.Fail(new ChannelException(ErrorCode.BadDigest, $"the result came before '{stream.Name}' ended"));
            return result;
        }
        finally
        {
            MayHaveArrived |= isAnswered || _wasAccepted || !IsTurnedAway(connection.Reason);
            // Tells the peer if the channel has not ended yet.
            if (!isAnswered)
                channel.Fail(new(Leaving, "the client gave up"));
            await channel.DisposeAsync().ConfigureAwait(false);
            await beside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The server says so before it reads a request.
    private static bool IsTurnedAway(CloseReason? reason)
        => reason is { Code: ErrorCode.Limit } or { Code: ErrorCode.Unauthorized, WasAccepted: false };

    // The answer must be about the job that was asked for, on each connection.
    private void Check(OpenedMessage opened, bool detaches)
    {
        if (opened.Detached != detaches)
        {
            throw new UnverifiedOutputException(
                detaches ? "the server did not detach the job" : "the server detached a job that should not be detached");
        }

        if (Job is not null)
        {
            if (opened.Job is not { } id)
                throw new UnverifiedOutputException("the server accepted the request without naming its job");
            if (_acceptedJob is null ? !id.StartsWith(Job, StringComparison.Ordinal) : id != _acceptedJob)
                throw new UnverifiedOutputException($"the server answered about the job {id} instead of {AcceptedJob}");
            _acceptedJob = id;
        }

        if ((opened.Position?.From ?? 0) is var taken && taken > _taken)
        {
            _taken = taken;
            link.Progressed();
        }
    }

    // Without this, a stream that cannot be sent would leave both sides waiting.
    private static async Task GuardAsync(Channel channel, Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (UnverifiedOutputException e)
        {
            channel.Fail(new(ErrorCode.BadRequest, e.Message));
            throw;
        }
    }

    // Bytes that are requested again do not count: the server may send and lose them on each connection.
    private bool HasMoreArrived()
    {
        bool hasMore = false;
        for (int i = 0; i < streams.Count; i++)
        {
            long arrived = streams[i].OutlivesChannel ? streams[i].Position()?.From ?? 0 : 0;
            hasMore |= arrived > _arrived[i];
            _arrived[i] = Math.Max(arrived, _arrived[i]);
        }

        return hasMore;
    }

    private static CommandNotStartedException NotStarted(ResultMessage result)
    {
        ResultMeaning.RequireNeverStarted(result);
        return new(result, result.Reason ?? "the server does not say why it did not start");
    }

    // Readers of the streams get this reason, and not that the channel is closed.
    private RequestRefusedException Ended(RequestRefusedException cause)
    {
        foreach (IncomingStream stream in streams)
            stream.Fail(cause);
        return cause;
    }

    private void Begin(Channel channel)
    {
        lock (_gate)
        {
            _channel = channel;
            while (_waiting.TryDequeue(out Message? message))
                channel.Post(message);
        }
    }
}
