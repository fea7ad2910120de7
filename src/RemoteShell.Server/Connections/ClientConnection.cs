using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Connections;

/// <summary>One authorized client, from hello to goodbye: its connection, and the requests that run on it.</summary>
internal sealed class ClientConnection
{
    private readonly Connection _connection;
    private readonly RequestContext _context;
    private readonly ILogger _log;
    private readonly Lock _gate = new();

    // Under _gate: requests that are still at work.
    private readonly HashSet<Task> _requests = [];
    private bool _isStopping;

    public ClientConnection(Stream stream, RequestContext context, ConnectionOptions options, TimeSpan? idleTimeout, ILogger log)
    {
        (_context, _log) = (context, log);
        _connection = Connection.StartServer(stream, options, new() { Opening = Begin, Delivered = _context.Deliver });
        context.Presence.LastActivity = () => Math.Max(_connection.LastHeard, _connection.LastSent);
        context.Presence.Tell = text => _connection.Post(new NoticeMessage { Text = text });
        if (idleTimeout is { } longest)
            _ = new IdleTimeout(_connection, context.Presence, longest).RunAsync(reason => log.LogInformation("{Peer} is disconnected: {Reason}", context.Peer, reason));
    }

    /// <summary>The connection as others see it.</summary>
    public ConnectionInfo Presence => _context.Presence;

    /// <summary>Returns when the connection has ended and nothing runs for it any more.</summary>
    public async Task RunAsync()
    {
        var ended = new TaskCompletionSource();
        await using (_connection.Ended.UnsafeRegister(_ => ended.SetResult(), null))
            await ended.Task;
        // First the reading, which can begin requests; then the requests.
        await _connection.DisposeAsync();
        await Task.WhenAll(Requests());
        _log.LogInformation("{Peer} left: {Reason}", _context.Peer, LogSanitizer.Of(_connection.Reason!.Text));
    }

    /// <summary>Takes no more requests, and tells the client why.</summary>
    public void Stop(string notice)
    {
        lock (_gate)
            _isStopping = true;
        _connection.Post(new NoticeMessage { Text = notice });
    }

    /// <summary>Returns when all requests are done.</summary>
    public Task FinishAsync() => Task.WhenAll(Requests());

    /// <summary>Says goodbye and closes.</summary>
    public Task CloseAsync(string reason) => _connection.CloseAsync(new GoodbyeMessage { Reason = reason });

    /// <summary>Ends the connection for whoever runs the server. The client does not come back by itself; its jobs go on as their policies say.</summary>
    public Task DisconnectAsync() => _connection.CloseAsync(new ErrorMessage { Code = ErrorCode.Disconnected, Text = "whoever runs the server has ended the connection", Cure = "ask there before you connect again; what still runs is listed by: rsh-client jobs HOST" });

    private Task[] Requests()
    {
        lock (_gate)
            return [.. _requests];
    }

    private void Begin(Channel channel, OpenRequest open)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                channel.Refuse(ErrorCode.Stopping, "the server is stopping and starts nothing new", "try again when it is back");
                return;
            }

            // Never on the read loop: a request may touch the disk before its first wait.
            Task request = Task.Run(() => RequestRouter.HandleAsync(_context, channel, open));
            _requests.Add(request);
            request.ContinueWith(Done, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Done(Task request)
    {
        lock (_gate)
            _requests.Remove(request);
    }
}
