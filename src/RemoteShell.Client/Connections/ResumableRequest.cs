using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Connections;

/// <summary>One request, from its first attempt to its result, over as many connections as it takes. Its byte streams go on from one to the next.</summary>
/// <param name="link">The connections.</param>
/// <param name="request">Makes the request; where the streams stand by now is asked of them.</param>
/// <param name="streams">What the server sends. Those that are to go on outlive their channel.</param>
internal sealed class ResumableRequest(ReconnectingConnection link, Func<OpenRequest> request, params IReadOnlyList<IncomingStream> streams)
{
    private readonly Lock _gate = new();

    // Under _gate: the channel, once the request was accepted on it, and what came too early or too late for one.
    private Channel? _channel;
    private readonly Queue<Message> _waiting = new();

    private Connection? _connection;
    private bool _wasAccepted;

    /// <summary>Called when the request was accepted, on each connection anew. The task that it gives must end when the channel does.</summary>
    public Func<Channel, OpenedMessage, Task>? Accepted { get; init; }

    /// <summary>Tells the server something that no conversation waits for; where the connection is gone, nothing.</summary>
    public void PostAside(Message message) => _connection?.Post(message);

    /// <summary>What giving up means for the job: <c>goodbye</c> ends it.</summary>
    public string Leaving { get; set; } = CloseReason.Goodbye;

    /// <summary>Sends a message where there is a connection to send it on.</summary>
    public void PostNow(Message message)
    {
        lock (_gate)
            if (_channel is { Failure: null } channel)
                channel.Post(message);
    }

    /// <summary>Sends a message, now or as soon as there is a connection.</summary>
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

    /// <summary>Converses to the end, which is a <see cref="ResultMessage"/>, or <see cref="OpenedMessage"/> for what was detached.</summary>
    public async Task<Message> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Connection connection = await link.CurrentAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                try
                {
                    return await TalkAsync(connection, cancellationToken).ConfigureAwait(false);
                }
                catch (RemoteShellException e) when (link.CanRetry(e))
                {
                    if (e is ChannelException)
                        await connection.CloseAsync(new GoodbyeMessage { Reason = e.Message }).ConfigureAwait(false);
                    connection = await link.AfterAsync(connection, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Converses to the end, while the streams are delivered. Where one cannot be, all ends at once: nobody would see the rest.</summary>
    public async Task<ResultMessage> DeliverAsync(IEnumerable<Func<CancellationToken, Task>> deliveries, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Message> talking = RunAsync(stop.Token);
        // Each on a thread of its own choice: a target that blocks holds up nobody else.
        Task[] all = [talking, .. deliveries.Select(delivery => Task.Run(() => delivery(stop.Token), CancellationToken.None))];
        try
        {
            await foreach (Task task in Task.WhenEach(all).ConfigureAwait(false))
                await task.ConfigureAwait(false);
            return await talking.ConfigureAwait(false) as ResultMessage ?? throw new UnverifiedOutputException("the server said that it had detached what was not to be");
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)talking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task<Message> TalkAsync(Connection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        Channel channel = connection.Open(opened =>
        {
            foreach (IncomingStream stream in streams)
                opened.AddIncoming(stream);
            return request();
        });
        Task beside = Task.CompletedTask;
        bool isAnswered = false;
        try
        {
            switch (await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                case OpenedMessage { Detached: true } detached:
                    isAnswered = true;
                    return detached;
                case OpenedMessage opened:
                    _wasAccepted = true;
                    beside = Accepted?.Invoke(channel, opened) ?? beside;
                    Begin(channel);
                    break;
                case RefusedMessage { Code: ErrorCode.Stopping } stopping when _wasAccepted:
                    isAnswered = true;
                    throw new ChannelException(new CloseReason(stopping.Code, stopping.Text, stopping.Hint));
                case RefusedMessage refused:
                    isAnswered = true;
                    throw Ended(new RequestRefusedException(refused));
                case ResultMessage early:
                    isAnswered = true;
                    return early;
                case var other:
                    throw new UnverifiedOutputException($"the server answered with '{other.Type}' where it must say whether it does what was asked");
            }

            if (await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false) is not ResultMessage result)
                throw new UnverifiedOutputException("the server sent another message where the result must come");
            isAnswered = true;
            // Those that have ended by now stay what they are.
            foreach (IncomingStream stream in streams)
                stream.Fail(new ChannelException(ErrorCode.BadDigest, $"the result came, and '{stream.Name}' had not ended"));
            return result;
        }
        finally
        {
            // The peer is told where the channel has not ended yet.
            if (!isAnswered)
                channel.Fail(new(Leaving, "the client gave up"));
            await channel.DisposeAsync().ConfigureAwait(false);
            await beside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Whoever waits for the streams hears the reason, and not that the channel is closed.
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
