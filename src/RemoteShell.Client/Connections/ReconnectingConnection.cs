using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Connections;

/// <summary>The connection to one server; and when it is lost, the next one, for all conversations that were on it.</summary>
internal sealed class ReconnectingConnection : IAsyncDisposable
{
    // The first attempt comes at once; the pauses behind it double up to the longest, each with as much chance as itself, so
    // that a thousand clients of a server that comes back do not come in the same moment.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ClientOptions _options;
    private readonly Func<CancellationToken, Task<Stream>> _dial;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private readonly PingTracker _pings = new();

    // Under _gate.
    private Connection _connection;
    private Task<Connection>? _reconnecting;
    private volatile bool _wasLost;

    public ReconnectingConnection(ClientOptions options, Stream first, Func<CancellationToken, Task<Stream>> dial)
    {
        (_options, _dial) = (options, dial);
        _connection = Begin(first);
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

    /// <summary>A connection that lives; where it was lost while nobody needed it, another one.</summary>
    public Task<Connection> CurrentAsync(CancellationToken cancellationToken)
    {
        Connection connection;
        lock (_gate)
        {
            connection = _connection;
            if (_reconnecting is null && connection.Reason is null)
                return Task.FromResult(connection);
        }

        // Whom the server does not let in need not knock again.
        return connection.Reason is { } reason && new ConnectionException(reason) is var end && !CanRetry(end) && reason.Code != ErrorCode.Idle
            ? Task.FromException<Connection>(end)
            : AfterAsync(connection, cancellationToken);
    }

    /// <summary>The connection after that one, which is lost.</summary>
    /// <exception cref="ConnectException">There was none before the time to give up.</exception>
    public Task<Connection> AfterAsync(Connection lost, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reconnecting is null && _connection != lost)
                return Task.FromResult(_connection);
            return (_reconnecting ??= ReconnectAsync()).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether another connection may do better than the one that this ended on.</summary>
    public bool CanRetry(Exception e) => !_disposed.IsCancellationRequested && e switch
    {
        ConnectionException { Reason: var reason } => reason.IsLoss || reason.Code is CloseReason.Goodbye or ErrorCode.Stopping || (reason.Code == ErrorCode.Limit && _wasLost),
        ChannelException fault => fault.Code == ErrorCode.Stopping,
        _ => false,
    };

    /// <summary>Says goodbye and closes.</summary>
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

    /// <summary>Asks the server whether it is there.</summary>
    public async Task<RoundTrip> PingAsync(CancellationToken cancellationToken)
        => await _pings.AskAsync(await CurrentAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private Connection Begin(Stream stream) => Connection.StartClient(stream, _options.Connection, new() { NoticeReceived = _options.Noticed, HelloReceived = Greeted, PongReceived = _pings.Answer });

    private void Greeted(HelloMessage hello)
    {
        if (!_wasLost && hello.Motd is { Length: > 0 } message)
            _options.MessageOfTheDay?.Invoke(message);
    }

    private async Task<Connection> ReconnectAsync()
    {
        // Whoever asked holds the lock until this yields.
        await Task.Yield();
        Connection lost = _connection;
        _wasLost = true;
        try
        {
            _options.Lost?.Invoke(lost.Reason?.Text ?? "the server asked to come back later");
            await lost.DisposeAsync().ConfigureAwait(false);
            Connection next = await DialAsync(lost).ConfigureAwait(false);
            lock (_gate)
                _connection = next;
            _options.Restored?.Invoke();
            return next;
        }
        finally
        {
            lock (_gate)
                _reconnecting = null;
        }
    }

    private async Task<Connection> DialAsync(Connection lost)
    {
        long end = Environment.TickCount64 + (long)_options.GiveUp.TotalMilliseconds;
        TimeSpan pause = FirstPause;
        string last = lost.Reason?.Text ?? "";
        while (true)
        {
            try
            {
                return await GreetAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (IsPassing(e))
            {
                last = e.Message;
            }

            if (Environment.TickCount64 >= end)
                throw new ConnectException($"the connection to {Host} was lost, and did not come back within {_options.GiveUp.TotalSeconds:0.###} s: {last}") { Hint = "check the network and the server, and try again" };
            await Task.Delay(pause + (pause * Random.Shared.NextDouble()), _disposed.Token).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // A server that is heard of counts; a socket alone may be a relay that leads nowhere.
    private async Task<Connection> GreetAsync()
    {
        Connection connection = Begin(await _dial(_disposed.Token).ConfigureAwait(false));
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

    private static bool IsPassing(Exception e)
        => e is ConnectException or TransportException or IOException or TimeoutException or ConnectionException { Reason: { IsLoss: true } or { Code: CloseReason.Goodbye or ErrorCode.Limit or ErrorCode.Stopping } };
}
