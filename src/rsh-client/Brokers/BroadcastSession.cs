using RemoteShell.Fleet;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>Publishes the request of a run, and sorts the results by host.</summary>
internal sealed class BroadcastSession : IAsyncDisposable
{
    /// <summary>A host looks at its clock before it starts the command, and then publishes.</summary>
    public static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);

    // How long a client that goes on with a run waits for results that are at the broker.
    private static readonly TimeSpan ReadTime = TimeSpan.FromSeconds(5);

    // How long a broker may be away until its hosts have their verdict.
    private static readonly TimeSpan AwayTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(250);

    private readonly ResultFeed _feed;
    private readonly IReadOnlyDictionary<string, HostInbox> _inboxes;
    private readonly CancellationTokenSource _over = new();
    private Task _reading = Task.CompletedTask;
    private Task _waiting = Task.CompletedTask;

    private BroadcastSession(ResultFeed feed, IReadOnlyDictionary<string, HostInbox> inboxes) => (_feed, _inboxes) = (feed, inboxes);

    /// <summary>Opens the results. Nothing is published yet.</summary>
    /// <param name="arguments">The options of the broker.</param>
    /// <param name="broadcast">The request.</param>
    /// <param name="names">The hosts' names at the broker.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RemoteShellException">The broker cannot be used.</exception>
    public static async Task<BroadcastSession> OpenAsync(
        IReadOnlyList<string> arguments, RunBroadcast broadcast, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        ResultFeed feed = await ResultFeed.OpenAsync(arguments, broadcast, cancellationToken);
        var inboxes = names.Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, _ => new HostInbox(), StringComparer.OrdinalIgnoreCase);
        var session = new BroadcastSession(feed, inboxes);
        session._reading = session.ReadAsync();
        return session;
    }

    /// <summary>Publishes the request if it is still valid, and begins to wait for the hosts. A second time publishes nothing.</summary>
    /// <param name="arguments">The options of the broker.</param>
    /// <param name="broadcast">The request.</param>
    /// <param name="answerTime">How long a host that is there may take to say so.</param>
    /// <param name="cancellationToken">Stops it; the request may be published.</param>
    /// <exception cref="RemoteShellException">It has failed again and again; the request may be published.</exception>
    public async Task PublishAsync(
        IReadOnlyList<string> arguments, RunBroadcast broadcast, TimeSpan answerTime, CancellationToken cancellationToken)
    {
        var pauses = new Queue<TimeSpan>(BrokerCall.Pauses);
        RemoteShellException? failure = null;
        while (broadcast.NotAfter > DateTimeOffset.UtcNow)
        {
            try
            {
                await PublishAsync(arguments, broadcast, cancellationToken);
                _waiting = EndSilentAsync(answerTime + LastMoment);
                return;
            }
            catch (RemoteShellException e)
            {
                failure = e;
            }

            if (!pauses.TryDequeue(out TimeSpan pause))
                break;
            await Task.Delay(pause, cancellationToken);
        }

        if (failure is not null)
            throw failure;
        _waiting = EndSilentAsync(ReadTime + LastMoment);
    }

    /// <summary>What a host publishes.</summary>
    public HostInbox InboxOf(string name) => _inboxes[name];

    /// <summary>Says that a result is not needed any more.</summary>
    public void Done(PublishedResult result) => _feed.Done(result.Sequence);

    /// <summary>Says that all hosts have a verdict.</summary>
    public void End() => _feed.End();

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _feed.DisposeAsync();
        await Task.WhenAll(_reading, _waiting);
        _over.Dispose();
    }

    private static async Task PublishAsync(IReadOnlyList<string> arguments, RunBroadcast broadcast, CancellationToken cancellationToken)
    {
        await using var call = BrokerCall.Start(["publish", .. arguments]);
        try
        {
            await call.Input.WriteAsync(broadcast.Request.ToBytes(), cancellationToken);
        }
        catch (IOException)
        {
            // It has ended, and says why.
        }

        await call.EndAsync(cancellationToken);
    }

    // Never throws: each host gets the reason.
    private async Task ReadAsync()
    {
        try
        {
            await foreach (PublishedResult published in _feed.ReadAsync(_over.Token))
            {
                if (!_inboxes.TryGetValue(published.Host, out HostInbox? inbox) || !await inbox.AddAsync(published, _over.Token))
                    _feed.Done(published.Sequence);
            }
        }
        catch (Exception e) when (e is RemoteShellException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            foreach (HostInbox inbox in _inboxes.Values)
                inbox.Fail(e);
        }
    }

    private async Task EndSilentAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _over.Token);
            // Hosts cannot answer while the broker is away. They publish their results when it is back.
            using var timer = new PeriodicTimer(LookPause);
            while (!_feed.Presence.Lasts(time, AwayTime) && await timer.WaitForNextTickAsync(_over.Token))
            {
            }

            foreach (HostInbox inbox in _inboxes.Values)
                inbox.EndIfSilent();
        }
        catch (OperationCanceledException)
        {
            // All hosts have a verdict.
        }
    }
}
