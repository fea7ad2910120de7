using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Lists;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Requests;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Connections;

/// <summary>The connection of an authorized client, and the requests that run on it.</summary>
internal sealed class ClientConnection
{
    private static readonly TimeSpan RevokeGrace = TimeSpan.FromMilliseconds(400);

    private readonly Connection _connection;
    private readonly RequestContext _context;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();

    // Guarded by _gate: requests that have not ended.
    private readonly HashSet<Task> _requests = [];

    // Guarded by _gate: the answer to further requests; null: they are handled.
    private CloseReason? _refusal;

    /// <summary>Starts a connection on which <c>hello</c> was sent, with the same options.</summary>
    public ClientConnection(
        Stream stream, RequestContext context, ConnectionOptions options, TimeSpan? idleTimeout, ReadOnlyMemory<byte> received, ILogger log)
    {
        _context = context;
        _log = log;
        ServerMetrics metrics = context.Services.Metrics;
        var handlers = new FrameHandlers
        {
            ChannelOpened = Begin,
            RequestRefused = (verb, code) => metrics.RefuseRequest(verb ?? RequestRouter.UnknownVerb, code),
            ResultDelivered = context.MarkDelivered,
        };
        _connection = Connection.StartGreeted(stream, options, handlers, received);
        metrics.Traffic.Add(_connection);
        context.Connection.Attach(_connection);
        _attached.SetResult();
        if (idleTimeout is { } timeout)
        {
            var timer = new IdleTimer(_connection, context.Connection, timeout);
            _ = timer.RunAsync(
                reason => log.LogInformation("{Peer} {Connection} is disconnected: {Reason}", context.Peer, context.Peer.Mark, reason));
        }
    }

    /// <summary>The keys that the client has proved to own.</summary>
    public required ClientKeys Keys { get; init; }

    /// <summary>Why the connection has ended; null: it has not.</summary>
    public string? EndReason => _connection.Reason?.Text;

    /// <summary>The connection as the others see it.</summary>
    public ConnectionInfo Info => _context.Connection;

    /// <summary>Returns when the connection and all its requests have ended.</summary>
    public async Task RunAsync()
    {
        var ended = new TaskCompletionSource();
        await using (_connection.Ended.UnsafeRegister(_ => ended.SetResult(), null))
            await ended.Task;
        // The read loop first, since it can start requests; then the requests.
        await _connection.DisposeAsync();
        await Task.WhenAll(Requests());
        _context.Services.Metrics.Traffic.Remove(_connection);
        _context.Services.Metrics.EndConnection(Info.Started);
        _log.LogInformation("{Peer} {Connection} left: {Reason}", _context.Peer, _context.Peer.Mark, _connection.Reason!.Text);
    }

    /// <summary>Refuses further requests, and shows the client a notice. Only the first call does anything.</summary>
    public void Stop(string notice)
    {
        lock (_gate)
        {
            if (_refusal is not null)
                return;
            _refusal = new(ErrorCode.Stopping, "the server is stopping and accepts no requests", "try again when it is back");
        }

        _connection.Post(new NoticeMessage { Text = notice });
    }

    /// <summary>Returns when all present requests have ended.</summary>
    public Task FinishAsync() => Task.WhenAll(Requests());

    /// <summary>Says goodbye, and closes the connection.</summary>
    public Task CloseAsync(string reason) => _connection.CloseAsync(new GoodbyeMessage { Reason = reason });

    /// <summary>Ends the connection for the server's administrator.</summary>
    /// <remarks>The client does not reconnect; its jobs continue as their disconnect policies say.</remarks>
    public Task DisconnectAsync() => _connection.CloseAsync(new ErrorMessage
    {
        Code = ErrorCode.Disconnected,
        Text = "the server's administrator ended the connection",
        Hint = "ask the administrator before you connect again; list the jobs that still run with: rsh-client jobs HOST",
    });

    /// <summary>Ends the connection, since its client is not authorized any more. The client does not reconnect.</summary>
    public async Task RevokeAsync(string text, string hint)
    {
        lock (_gate)
            _refusal = new(ErrorCode.Unauthorized, text, hint);
        Task closed = _connection.CloseAsync(
            new ErrorMessage { Code = ErrorCode.Unauthorized, Text = text, Hint = hint, Accepted = true });
        // A client that does not close its end could use its channels until then.
        await closed.WaitAsync(RevokeGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _connection.Abort(new(ErrorCode.Unauthorized, text, hint));
        await closed;
    }

    private Task[] Requests()
    {
        lock (_gate)
            return [.. _requests];
    }

    private void Begin(Channel channel, OpenRequest open)
    {
        lock (_gate)
        {
            if (_refusal is { } refusal)
            {
                channel.Refuse(refusal.Code, refusal.Text, refusal.Hint);
                _context.Services.Metrics.RefuseRequest(RequestRouter.VerbOf(open), refusal.Code);
                return;
            }

            if (_context.Services.Limiter.Begin(_context.Client.Key, channel.RequestBytes) is { } limit)
            {
                channel.Refuse(ErrorCode.Limit, limit, "wait until one ends");
                _context.Services.Metrics.RefuseRequest(RequestRouter.VerbOf(open), ErrorCode.Limit);
                return;
            }

            // Not on the read loop: a request may use the disk before its first await.
            Task request = Task.Run(() => HandleAsync(channel, open));
            _requests.Add(request);
            int bytes = channel.RequestBytes;
            request.ContinueWith(
                ended => Remove(ended, bytes),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    // The first request may arrive before the connection is attached. Its notices would be lost.
    private async Task HandleAsync(Channel channel, OpenRequest open)
    {
        await _attached.Task;
        await RequestRouter.HandleAsync(_context, channel, open);
    }

    private void Remove(Task request, int bytes)
    {
        _context.Services.Limiter.End(_context.Client.Key, bytes);
        lock (_gate)
            _requests.Remove(request);
    }
}
