using System.Diagnostics;
using RemoteShell.Client.Keys;
using RemoteShell.Client.Sharing;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Connections;

/// <summary>The connection to one server. After a loss it connects again, for all requests that were on the lost connection.</summary>
internal sealed class ReconnectingConnection : IAsyncDisposable
{
    // Without their random part. The second one is for a server that has not answered yet, for which the client waits less long.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestFirstPause = TimeSpan.FromSeconds(1);

    // Of the process that keeps a connection. It answers in microseconds, unless it is stopped.
    private static readonly TimeSpan SharedInterval = TimeSpan.FromSeconds(2), SharedTimeout = TimeSpan.FromSeconds(10);

    private readonly ClientOptions _options;
    private readonly KeyOffers _offers;
    private readonly Func<CancellationToken, Task<DialedServer>> _dial;
    private readonly ConnectionLog? _log;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private readonly PingTracker _pings = new();
    private readonly ReconnectSchedule _schedule = new(TimeProvider.System);
    private readonly NoticeLimiter? _notices;

    // Guarded by _gate.
    private Connection _connection;
    private Task<Connection>? _reconnecting;

    // Whether the first connection is one that another process keeps, and was not lost yet. Used by one reconnect at a time.
    private bool _isShared;

    // Whether the question is decided if another process keeps a connection for further commands.
    private bool _hasKept;

    // When the loss that the user knows of began; null if the user knows of none. Guarded by _gate.
    private long? _lostAt;

    // The message of the day is shown once.
    private volatile bool _wasLost;
    private volatile bool _wasWelcomed;

    public ReconnectingConnection(
        ClientOptions options, KeyOffers offers, DialedServer first, Func<CancellationToken, Task<DialedServer>> dial)
        : this(options, offers, first, options.Connection, dial)
    {
        if (options.Authorization == AuthorizationCheck.OnFirstRequest)
            _ = RequireHelloAsync(_connection);
    }

    private ReconnectingConnection(
        ClientOptions options,
        KeyOffers offers,
        DialedServer first,
        ConnectionOptions firstOptions,
        Func<CancellationToken, Task<DialedServer>> dial)
    {
        (_options, _offers, _dial) = (options, offers, dial);
        _notices = options.Noticed is { } noticed ? new(noticed, TimeProvider.System) : null;
        _log = ConnectionLog.Create(options.LoggerFactory, Host);
        _connection = Begin(first, firstOptions);
        _log?.Connected();
    }

    /// <summary>Begins with a connection that another process keeps. If that is lost, a new one of this client's own follows.</summary>
    public static ReconnectingConnection OverShared(
        ClientOptions options, KeyOffers offers, Stream kept, Func<CancellationToken, Task<DialedServer>> dial)
    {
        // The process that keeps it answers on this machine. Whether the server answers is its affair.
        ConnectionOptions local = options.Connection with { KeepaliveInterval = SharedInterval, KeepaliveTimeout = SharedTimeout };
        var link = new ReconnectingConnection(options, offers, new(kept, Offer: null), local, dial) { _isShared = true, _hasKept = true };
        _ = link.RequireKeeperAsync(link._connection);
        return link;
    }

    /// <summary>Whether there is a connection at this moment.</summary>
    public bool IsConnected
    {
        get
        {
            lock (_gate)
                return _reconnecting is null && _connection.Reason is null;
        }
    }

    /// <summary>The server, as the user named it.</summary>
    public string Host => _options.User is { } user ? $"{user}@{_options.Host}" : _options.Host.ToString();

    /// <summary>The <c>traceparent</c> of a request that is made now; null if it belongs to no span.</summary>
    public string? Traceparent => TraceContext.Of(_options);

    /// <summary>How long a request tries to resume after a loss.</summary>
    public TimeSpan GiveUp => _options.GiveUp;

    /// <summary>The log; null without a logger factory.</summary>
    public ConnectionLog? Log => _log;

    /// <summary>Whether a request may still be repeated under another key.</summary>
    public bool MayChangeKey => _offers.MayChange;

    /// <summary>The fingerprint of the present key of ssh; null: the present key is this client's own.</summary>
    public string? KeyOfSsh => _offers.Fingerprint;

    /// <summary>Waits until the server has accepted this client's key.</summary>
    /// <exception cref="UnauthorizedException">The server does not accept the key.</exception>
    /// <exception cref="ConnectFailedException">The server ended the connection for another reason, or did not answer in time.</exception>
    public async Task AuthorizeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AskUntilAnsweredAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionException e) when (e.Reason.Code == ErrorCode.Unauthorized)
        {
            _log?.Failed(e);
            throw new UnauthorizedException(e);
        }
        catch (ConnectionException e)
        {
            _log?.Failed(e);
            throw new ConnectFailedException(e.Message, e)
            {
                Hint = e.Hint,
                Code = e.Reason.IsLoss || e.Reason.Code == CloseReason.NoAnswer ? null : e.Reason.Code,
            };
        }
        catch (TimeoutException e)
        {
            string limit = $"{_options.ConnectTimeout.TotalSeconds:0.###} s";
            var failure = new ConnectFailedException($"{_options.Host} did not answer this client's key within {limit}", e)
            {
                Hint = "try again in a moment; the server may be overloaded",
            };
            _log?.Failed(failure);
            throw failure;
        }
    }

    /// <summary>The server has answered a request on this connection.</summary>
    public void Answered(Connection connection)
    {
        long? lostAt;
        lock (_gate)
        {
            if (_connection != connection)
                return;
            (lostAt, _lostAt) = (_lostAt, null);
        }

        _schedule.Answered();
        _offers.Settle();
        Keep();
        if (lostAt is not { } begun)
            return;
        _log?.Reconnected(Stopwatch.GetElapsedTime(begun));
        _options.Restored?.Invoke();
    }

    /// <summary>A request has made useful progress: bytes of its streams arrived, or its result.</summary>
    public void Progressed() => _schedule.Progressed();

    /// <summary>A live connection; a new one if the last one was lost while it was not needed.</summary>
    public Task<Connection> CurrentAsync(CancellationToken cancellationToken)
    {
        Connection connection;
        lock (_gate)
        {
            connection = _connection;
            if (_reconnecting is null && connection.Reason is null)
                return Task.FromResult(connection);
        }

        if (connection.Reason is { } reason && !MayReopen(reason))
            return Task.FromException<Connection>(new ConnectionException(reason));
        return AfterAsync(connection, cancellationToken);
    }

    /// <summary>Sends a message that no request waits for; drops it if there is no connection.</summary>
    public void PostAside(Message message)
    {
        Connection connection;
        lock (_gate)
            connection = _connection;
        connection.PostGathered(message);
    }

    /// <summary>The connection that follows a lost one.</summary>
    /// <exception cref="ConnectFailedException">No attempt succeeded in time.</exception>
    public Task<Connection> AfterAsync(Connection lost, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reconnecting is null && _connection != lost)
                return Task.FromResult(_connection);
            _reconnecting ??= ReconnectAsync();
            return _reconnecting.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether a request can resume on another connection after this failure.</summary>
    public bool MayResume(Exception failure)
        => !_disposed.IsCancellationRequested && (RetryPolicy.MayResume(failure) || MayOfferAnother(failure));

    /// <summary>Whether a request can be sent again from its beginning after this failure.</summary>
    public bool MayStartOver(Exception failure)
        => !_disposed.IsCancellationRequested && (RetryPolicy.MayStartOver(failure) || MayOfferAnother(failure));

    /// <summary>Sends a goodbye and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        Task<Connection>? reconnecting;
        lock (_gate)
            reconnecting = _reconnecting;
        if (reconnecting is not null)
            await ((Task)reconnecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a ping and waits for its answer.</summary>
    public async Task<RoundTrip> PingAsync(CancellationToken cancellationToken)
    {
        Connection connection = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        RoundTrip trip = await _pings.AskAsync(connection, cancellationToken).ConfigureAwait(false);
        Answered(connection);
        Progressed();
        return trip;
    }

    private void Keep()
    {
        if (_options is not { Shared: { } shared, OtherKeys: not null, OnlyKey: null } || Interlocked.Exchange(ref _hasKept, true))
            return;
        if (_offers.IsOwn)
            shared.StartKeeper();
        else
            shared.NotKept?.Invoke();
    }

    // Requests are sent before the server's hello, and wait without a limit. A server that does not say hello must not let them.
    private async Task RequireHelloAsync(Connection connection)
    {
        try
        {
            await connection.PeerHello.WaitAsync(_options.ConnectTimeout, _disposed.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            connection.Abort(new(
                CloseReason.NoAnswer,
                $"{_options.Host} accepted the connection, but did not answer within {_options.ConnectTimeout.TotalSeconds:0.###} s",
                "try again in a moment; the server may be overloaded"));
        }
        catch (Exception e) when (e is ConnectionException or OperationCanceledException)
        {
            // The requests learn it by themselves.
        }
    }

    // The hello of a kept connection was there before this client came. Without it, the process that keeps it is stopped.
    private async Task RequireKeeperAsync(Connection connection)
    {
        try
        {
            await connection.PeerHello.WaitAsync(SharedConnection.Patience, _disposed.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            connection.Abort(new(CloseReason.Lost, "the process that keeps the connection does not answer"));
        }
        catch (Exception e) when (e is ConnectionException or OperationCanceledException)
        {
            // The requests learn it by themselves.
        }
    }

    // A refusal comes after the server's hello, so only the answer to a ping shows that the key was accepted.
    private async Task AskUntilAnsweredAsync(CancellationToken cancellationToken)
    {
        Connection connection = _connection;
        while (true)
        {
            try
            {
                await _pings.AskAsync(connection, cancellationToken)
                    .WaitAsync(_options.ConnectTimeout, cancellationToken)
                    .ConfigureAwait(false);
                Answered(connection);
                return;
            }
            catch (ConnectionException e) when (RetryPolicy.MayResume(e) || MayOfferAnother(e))
            {
                connection = await AfterAsync(connection, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The server has let no key in, and others remain; or it has forgotten the proof of the one that it has let in.
    private bool MayOfferAnother(Exception failure)
        => failure is ConnectionException { Reason: { Code: ErrorCode.Unauthorized, WasAccepted: false } } && !_offers.AreOver;

    // An idle end leads to another attempt even after disposal, which cancels the attempt.
    private bool MayReopen(CloseReason reason)
        => reason.Code == ErrorCode.Idle
            || (!_disposed.IsCancellationRequested
                && (RetryPolicy.MayReopen(reason) || MayOfferAnother(new ConnectionException(reason))));

    private Connection Begin(DialedServer server, ConnectionOptions options)
        => Connection.StartClient(
            server.Stream,
            server.Offer is { } offer ? options with { Proof = offer.Proof, Key = offer.Key, Keys = offer.Keys } : options,
            new()
            {
                NoticeReceived = _notices is null ? null : _notices.Show,
                HelloReceived = hello => Greeted(server, hello),
                PongReceived = _pings.Answer,
            });

    private void Greeted(DialedServer server, HelloMessage hello)
    {
        server.Follower?.Follow(hello);
        if (_wasWelcomed || _wasLost || hello.Motd is not { Length: > 0 } message)
            return;
        // A server that asks for the proof of another key has sent it already.
        _wasWelcomed = true;
        _options.MessageOfTheDay?.Invoke(message);
    }

    private async Task<Connection> ReconnectAsync()
    {
        // The caller holds _gate until this yields.
        await Task.Yield();
        Connection lost = _connection;
        CloseReason reason = lost.Reason ?? new(CloseReason.Goodbye, "the server asked to come back later");
        // Nothing is lost yet if the server has not let this client in.
        bool isFirst = !_schedule.WasAnswered && (reason.Code == ErrorCode.Limit || _options.Authorization == AuthorizationCheck.OnConnect);
        try
        {
            Connection? next = await AfterSharedAsync(lost).ConfigureAwait(false);
            if (next is not null)
            {
                lock (_gate)
                    _connection = next;
                return next;
            }

            if (reason.Code == ErrorCode.Unauthorized)
            {
                await lost.DisposeAsync().ConfigureAwait(false);
                next = await OfferNextAsync(reason).ConfigureAwait(false);
                lock (_gate)
                    _connection = next;
                return next;
            }

            _schedule.Lost(reason);
            if (!isFirst)
            {
                // A request may have reached the server under the present key.
                _offers.Settle();
                AnnounceLoss(reason.Text);
            }

            await lost.DisposeAsync().ConfigureAwait(false);
            next = isFirst
                ? await DialAsync(_options.ConnectTimeout, LongestFirstPause, _ => new ConnectionException(reason)).ConfigureAwait(false)
                : await DialAsync(_options.GiveUp, LongestPause, last => LostForGood(last ?? reason.Text)).ConfigureAwait(false);
            _schedule.Connected();
            lock (_gate)
                _connection = next;
            return next;
        }
        catch (RemoteShellException e)
        {
            _schedule.GaveUp();
            lock (_gate)
                _lostAt = null;
            _log?.GaveUp(e);
            throw;
        }
        finally
        {
            lock (_gate)
                _reconnecting = null;
        }
    }

    // A key that cannot sign is left out.
    private async Task<Connection> OfferNextAsync(CloseReason refusal)
    {
        while (await _offers.TryNextAsync(refusal, _disposed.Token).ConfigureAwait(false))
        {
            try
            {
                return await OfferUntilGreetedAsync().ConfigureAwait(false);
            }
            catch (KeySignerException e) when (_options.Key is null)
            {
                _log?.AttemptFailed(e);
            }
        }

        throw new ConnectionException(_offers.Outcome(refusal));
    }

    // No request has been sent under this key: after a passing failure it is the turn of the same key again.
    private async Task<Connection> OfferUntilGreetedAsync()
    {
        (TimeSpan limit, TimeSpan longestPause) = _schedule.WasAnswered
            ? (_options.GiveUp, LongestPause)
            : (_options.ConnectTimeout, LongestFirstPause);
        bool hasFailed = false;
        while (true)
        {
            try
            {
                Connection next = await GreetAsync().ConfigureAwait(false);
                if (hasFailed)
                    _schedule.Connected();
                return next;
            }
            catch (Exception e) when (e is not KeySignerException && RetryPolicy.MayDialAgain(e))
            {
                _log?.AttemptFailed(e);
                if (!hasFailed)
                    _schedule.Lost(new(CloseReason.Lost, e.Message));
                hasFailed = true;
                if (_schedule.IsOver(limit))
                    throw;
            }

            await Task.Delay(_schedule.NextPause(longestPause), _disposed.Token).ConfigureAwait(false);
        }
    }

    // The end of a connection that another process keeps is no loss to speak of, if the server can be reached.
    private async Task<Connection?> AfterSharedAsync(Connection lost)
    {
        if (!_isShared)
            return null;
        _isShared = false;
        // A request may have reached the server, under this client's own key.
        _offers.Settle();
        await lost.DisposeAsync().ConfigureAwait(false);
        try
        {
            return await GreetAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (RetryPolicy.MayDialAgain(e))
        {
            _log?.AttemptFailed(e);
            return null;
        }
    }

    // The user gets one message about a loss, also if several connections fail before the server answers again.
    private void AnnounceLoss(string reason)
    {
        lock (_gate)
        {
            if (_lostAt is not null)
                return;
            _lostAt = Stopwatch.GetTimestamp();
        }

        _wasLost = true;
        _log?.Lost(reason);
        _options.Lost?.Invoke(reason);
    }

    // Makes attempts until the outage has lasted for the limit. The last failed attempt goes into the exception.
    private async Task<Connection> DialAsync(TimeSpan limit, TimeSpan longestPause, Func<string?, RemoteShellException> failure)
    {
        string? last = null;
        while (true)
        {
            if (_schedule.IsOver(limit))
                throw failure(last);
            await Task.Delay(_schedule.NextPause(longestPause), _disposed.Token).ConfigureAwait(false);
            try
            {
                return await GreetAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (RetryPolicy.MayDialAgain(e))
            {
                _log?.AttemptFailed(e);
                last = e.Message;
            }
        }
    }

    private ConnectFailedException LostForGood(string last)
    {
        string limit = $"{_options.GiveUp.TotalSeconds:0.###} s";
        return new ConnectFailedException($"the connection to {Host} was lost, and did not come back within {limit}: {last}")
        {
            Hint = "check the network and the server, and try again",
        };
    }

    // Waits for the server's hello: a socket alone may be a relay without a server behind it.
    private async Task<Connection> GreetAsync()
    {
        Connection connection = Begin(await _dial(_disposed.Token).ConfigureAwait(false), _options.Connection);
        try
        {
            await connection.PeerHello.WaitAsync(_options.ConnectTimeout, _disposed.Token).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
