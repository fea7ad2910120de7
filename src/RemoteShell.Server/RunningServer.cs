using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Invitations;
using RemoteShell.Server.Authentication.Lists;
using RemoteShell.Server.Authentication.Vouching;
using RemoteShell.Server.Broadcasts;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Connections;
using RemoteShell.Server.HostKeys;
using RemoteShell.Server.Jobs;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Probes;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Processes.Unix;
using RemoteShell.Server.Requests;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server;

/// <summary>A server that has started: its sockets, its connections and its jobs.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private const string StopReason = "the server stopped";

    // What a key may request at once beside the running of its jobs and the watching of each.
    private const int MoreRequests = 256;

    // How long to wait, beside the kill grace, for processes that even KILL does not end.
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    // A connection that waits for a place must outlast the silent one that has it, also on a starved machine.
    private static readonly TimeSpan WaitBeyondHandshake = TimeSpan.FromSeconds(10);

    private readonly CurrentOptions _options;
    private readonly ILogger _log;
    private readonly IProcessLauncher _launcher;
    private readonly ServerHostKeys _hostKeys;
    private readonly AuditJournal _audit;
    private readonly LineFolder _lineFolder;
    private readonly SocketEnds _ends;
    private readonly ConnectionLimiter _limiter;
    private readonly Vouchers _vouchers;
    private readonly KeyConnections _keyConnections = new();
    private readonly Penalties _penalties;
    private readonly ServerMetrics _metrics;
    private readonly Revocation _revocation;
    private readonly Func<Identity, ClientAuthenticator> _newAuthenticator;
    private readonly RequestServices _services;
    private readonly BroadcastService _broadcasts;
    private readonly ConcurrentDictionary<ClientConnection, Task> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _graceOver = new();
    private readonly CancellationTokenSource _answersOver = new();
    private readonly Lock _stoppingGate = new();
    private readonly Lock _applyingGate = new();
    private Listener? _listener;
    private UdpResponder? _responder;
    private AdminSocket? _adminSocket;
    private OrphanReaper? _reaper;
    private Task _accepting = Task.CompletedTask;
    private Task _responding = Task.CompletedTask;
    private Task _revoking = Task.CompletedTask;

    // Guarded by _stoppingGate.
    private Task? _stopped;

    // Of the latest host key. Two threads that race make two that are equal.
    private volatile Admission _admission;

    private RunningServer(CurrentOptions current, ILogger log, IProcessLauncher launcher, ServerHostKeys hostKeys, Meter meter)
    {
        ServerOptions options = current.Value;
        _options = current;
        _log = log;
        _launcher = launcher;
        _hostKeys = hostKeys;
        _audit = new(current, () => hostKeys.Present.Identity, log);
        _lineFolder = new(options.StateFolder);
        _ends = new(log);
        _limiter = new(current);
        Account account = Account.Current(options.Shell);
        var keys = new KeyFiles(current, account.Name, log);
        var places = new HandshakePlaces(
            () => current.Value.Limits.Handshakes, () => current.Value.Limits.HandshakeTime + WaitBeyondHandshake);
        _vouchers = new(new(Path.Combine(options.StateFolder, "vouchers"), log), key => _services!.Jobs.Table.Of(key).Any());
        _penalties = new(() => current.Value.PenaltyExempt, TimeProvider.System);
        var invitations = new InvitationFolder(options.InvitationFolder, new AuthorizedKeys(options.AuthorizedKeysFile));
        var refusalBudget = new RefusalBudget(TimeProvider.System);
        var refusals = new RefusalAudit(_audit, refusalBudget, new(TimeProvider.System));
        _metrics = new(meter, SourcesOf(places));
        var greeting = new ServerGreeting(current, log);
        _newAuthenticator = identity
            => new(identity, keys, invitations, _penalties, _vouchers, places, current, greeting, refusals, _metrics, log);
        PresentHostKey present = hostKeys.Present;
        _admission = new(present.Identity, _newAuthenticator(present.Identity));
        var runners = new JobRunnerFactory(
            launcher,
            account,
            () => new(current.Value.KillGrace, current.Value.DrainGrace),
            _lineFolder,
            ConnectedUsers,
            ControlGroups.FindOwn(),
            new(current, log));
        _services = new()
        {
            Runners = runners,
            Jobs = new(runners, current, _audit, log) { Metrics = _metrics },
            Audit = _audit,
            Metrics = _metrics,
            Connections = () => _connections.Keys.Select(connection => connection.Info),
            Stopping = _stopping.Token,
            Limiter = new(() => (2 * current.Value.Limits.Jobs) + MoreRequests),
            Options = current,
        };
        _broadcasts = new(hostKeys, keys, _services, new(_audit, refusalBudget, new(TimeProvider.System)), log);
        var lists = new KeyListAudit(
            _audit, () => [.. current.Value.AllAuthorizedKeysFiles, .. new[] { current.Value.RevokedKeysFile }.OfType<string>()]);
        _revocation = new(keys, _vouchers, () => _connections.Keys, _services.Jobs.Table, current, lists, log);
    }

    /// <summary>The key by which clients know the server.</summary>
    public PublicKey HostKey => _hostKeys.Present.Identity.PublicKey;

    /// <summary>The TCP addresses on which the server listens.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; private set; } = [];

    /// <summary>Starts a server. If this throws, nothing of it is left behind but the host key.</summary>
    /// <param name="options">The folders, addresses, limits and times.</param>
    /// <param name="log">Where the server logs.</param>
    /// <param name="stop">Stops the server for its administrator, with a grace period for running commands.</param>
    /// <param name="meter">The meter of this server; disposed with it.</param>
    public static async Task<RunningServer> StartAsync(ServerOptions options, ILogger log, Func<TimeSpan?, Task> stop, Meter meter)
    {
        SignalDefaults.Restore();
        EpollLoop.Start();
        InheritedDescriptors.Hide();
        IProcessLauncher launcher = LauncherFor(options.Launcher);
        var current = new CurrentOptions(options);
        ServerHostKeys hostKeys = ServerHostKeys.Load(current, TimeProvider.System, log);
        RunningServer? server = null;
        try
        {
            server = new(current, log, launcher, hostKeys, meter);
            server.Listen(stop);
            return server;
        }
        catch
        {
            if (server is not null)
                await server.AbandonAsync();
            hostKeys.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the options; see <see cref="RemoteShellServer.Apply"/>.</summary>
    public IReadOnlyList<string> Apply(ServerOptions options)
    {
        IReadOnlyList<string> kept;
        lock (_applyingGate)
            kept = _options.Replace(options);
        _hostKeys.Reload();
        // A quota may be larger now.
        _services.Jobs.RetryPaused();
        return kept;
    }

    /// <summary>Answers a signed request; see <see cref="RemoteShellServer.AnswerBroadcastAsync"/>.</summary>
    public Task AnswerBroadcastAsync(Stream stream, CancellationToken cancellationToken)
        => _broadcasts.AnswerAsync(stream, cancellationToken);

    /// <summary>Stops the server in order; see <see cref="RemoteShellServer.StopAsync"/>.</summary>
    public Task StopAsync(TimeSpan? grace)
    {
        lock (_stoppingGate)
        {
            if (_stopped is null || grace is not null)
                _graceOver.CancelAfter(grace ?? _options.Value.StopGrace);
            return _stopped ??= StopInOrderAsync(grace ?? _options.Value.StopGrace);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(grace: null);
        _metrics.Dispose();
        _lineFolder.Clear();
        // Before the lock of the jobs' folder is released: another server writes to the same files then.
        await _audit.DisposeAsync();
        await _services.Jobs.DisposeAsync();
        await WithoutThrowing(_services.Runners.Recordings!.FinishAsync().WaitAsync(LastWait));
        // Last, after the lock of the state folder is released: a client that sees the socket close may start another server now.
        _adminSocket?.Dispose();
        _reaper?.Dispose();
        _hostKeys.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Why the server cannot start a job now; see <see cref="RemoteShellServer.FindHealthFault"/>.</summary>
    public string? FindHealthFault()
        => _stopping.IsCancellationRequested ? "the server is stopping" : _services.Jobs.FindFault() ?? _audit.FindFault();

    private MetricSources SourcesOf(HandshakePlaces places) => new()
    {
        Connections = () => _connections.Count,
        WaitingHandshakes = () => places.Waiting,
        Requests = () => _connections.Keys.Sum(connection => connection.Info.Doing.Count()),
        Jobs = () => _services.Jobs.Count(),
        Penalties = () => _penalties.InForce().Count,
    };

    private void Listen(Func<TimeSpan?, Task> stop)
    {
        _reaper = OrphanReaper.StartIfInit();
        _services.Jobs.Start();
        // After the lock: no other server uses the folder.
        _lineFolder.Clear();
        _listener = Listener.Bind(_options.Value.Listen, _options.Value.ListenSockets);
        Addresses = _listener.Addresses;
        _responder = _options.Value.AnswersProbes ? UdpResponder.Bind(Addresses) : null;
        string[] places = [.. Addresses.Select(address => address.ToString()), .. _options.Value.ListenSockets.Select(TunnelSocket.NameOf)];
        LogStart(places);
        var service = new AdminService
        {
            Addresses = places,
            HostKeys = _hostKeys,
            Connections = () => _connections.Keys,
            Penalties = _penalties,
            Services = _services,
            Jobs = new(_services.Jobs.Table, () => _connections.Keys, _options, _log),
            Stop = stop,
        };
        _adminSocket = AdminSocket.TryListen(_options.Value.StateFolder, service.AnswerAsync, _log);
        _accepting = _listener.AcceptAsync(socket => _ = ServeAsync(socket), _stopping.Token);
        _responding = _responder?.RunAsync(_stopping.Token) ?? Task.CompletedTask;
        _revoking = _revocation.RunAsync(_stopping.Token);
    }

    private void LogStart(IReadOnlyList<string> places)
    {
        _log.LogInformation(
            "serving as {User} with {Launcher}, host key {Fingerprint}, on {Addresses}",
            _services.Runners.Account.Name,
            _launcher.Name,
            HostKey.Fingerprint,
            string.Join(", ", places));
        if (_launcher is CliWrapLauncher && !ProcessExitWatcher.AlwaysKnowsSignals)
            _log.LogInformation("on this system an end by signal n may be reported as exit status 128+n");
        if (_reaper is not null && !ProcessExitWatcher.AlwaysKnowsSignals)
        {
            _log.LogWarning(
                "the server is process 1, and before Linux 6.15 the exit status of commands on terminals may get lost; "
                    + "start the container with an init process, such as by: docker run --init");
        }

        LogAccount(_services.Runners.Account);
        if (_services.Runners.Groups is { } groups)
            _log.LogInformation("each job has a control group of its own below {Folder}", groups.Folder);
        if (!SetSid.IsAvailable)
        {
            _log.LogWarning(
                "neither setsid nor perl is here: commands share the server's process group, and signals reach their first process only");
        }
    }

    private void LogAccount(Account account)
    {
        if (WorkingFolder.Fault(account.Home) is not null)
            _log.LogWarning("the home folder {Home} cannot be used: commands start in /", account.Home);
        if (account.HasNoShell)
            _log.LogWarning("{Shell} runs no command lines; start the server with --shell /bin/sh to allow them", account.Shell);
    }

    // Releases what a server holds that could not listen.
    private async Task AbandonAsync()
    {
        await _stopping.CancelAsync();
        _adminSocket?.Dispose();
        _metrics.Dispose();
        _responder?.Dispose();
        _listener?.Dispose();
        await _audit.DisposeAsync();
        await _services.Jobs.DisposeAsync();
        _reaper?.Dispose();
        _stopping.Dispose();
    }

    private async Task StopInOrderAsync(TimeSpan grace)
    {
        // The caller holds _stoppingGate until this yields.
        await Task.Yield();
        // The notice comes before the end of requests such as chat, after which clients leave.
        AnnounceStop(grace);
        await _stopping.CancelAsync();
        _listener?.Dispose();
        await Task.WhenAll(_accepting, _responding, _revoking);
        _responder?.Dispose();
        // Clients that came meanwhile.
        AnnounceStop(grace);
        JobManager jobs = _services.Jobs;
        int running = jobs.Table.EndingWithServer.Count();
        if (running > 0)
            _log.LogInformation("stopping; jobs that run: {Jobs}, seconds that they have: {Grace}", running, grace.TotalSeconds);

        // Detached jobs continue; the server does not wait for them.
        await WithoutThrowing(jobs.EndedAsync().WaitAsync(_graceOver.Token));
        jobs.EndAll(EndCause.ByPolicy(StopReason));
        TimeSpan killGrace = _options.LongestKillGrace;
        await WithoutThrowing(jobs.EndedAsync().WaitAsync(killGrace * 2));
        // Requests still send the results of these jobs.
        IEnumerable<Task> finishing = _connections.Keys.Select(connection => connection.FinishAsync()).Append(_broadcasts.FinishAsync());
        await WithoutThrowing(Task.WhenAll(finishing).WaitAsync(killGrace));
        await _answersOver.CancelAsync();
        await Task.WhenAll(_connections.Keys.Select(connection => connection.CloseAsync(StopReason)));
        // A request that was being read when the jobs were ended may have started another one.
        jobs.EndAll(EndCause.ByPolicy(StopReason));
        // A process that even KILL does not end, such as one inside a system call, does not hold up the server.
        await WithoutThrowing(Task.WhenAll(_connections.Values.Append(jobs.EndedAsync())).WaitAsync(killGrace + LastWait));
        _log.LogInformation("stopped");
    }

    private void AnnounceStop(TimeSpan grace)
    {
        foreach (ClientConnection connection in _connections.Keys)
            connection.Stop($"the server is stopping; running commands have {grace.TotalSeconds:0.###} s to end");
    }

    private async Task ServeAsync(Socket socket)
    {
        if (_ends.Of(socket) is not { } ends)
        {
            socket.Dispose();
            return;
        }

        if (_penalties.Refuses(ends.Client, out Penalty? toLog))
        {
            if (toLog is not null)
                LogPenalty(toLog);
            _metrics.CountHandshake("refused", "penalty");
            socket.Dispose();
            return;
        }

        using CountedConnection counted = _limiter.Enter(ends.Client);
        try
        {
            if (ends.Client.IsTunnel && await FirstByte.IsAsync(BroadcastHost.Magic[0], socket, _options.Value.Limits.HandshakeTime))
            {
                await using var stream = new NetworkStream(socket, ownsSocket: true);
                await _broadcasts.AnswerAsync(stream, _answersOver.Token);
                return;
            }

            PresentHostKey key = _hostKeys.Present;
            int changes = _revocation.Changes;
            if (await AuthenticatorOf(key.Identity).AdmitAsync(socket, counted, key.Announcement, _stopping.Token) is { } client)
                await ServeAsync(client, ends, changes);
        }
        catch (Exception e)
        {
            // A failure of one connection must not end the others.
            _log.LogError(e, "the connection of {Peer} {Connection} failed", ends.Client, ends.Client.Mark);
        }
    }

    private void LogPenalty(Penalty penalty) => _log.LogWarning(
        "connections from {Place} are refused for {Seconds} s, since {Reason}",
        penalty.Place,
        Math.Ceiling(penalty.Left.TotalSeconds),
        penalty.Cause.Text);

    private async Task ServeAsync(AdmittedClient client, ConnectionEnds ends, int changes)
    {
        using IDisposable? place = _keyConnections.TryEnter(client.Key);
        if (place is null)
        {
            _metrics.CountHandshake("refused", ErrorCode.Limit);
            await RefuseAsync(client);
            return;
        }

        _metrics.CountHandshake("ok");

        string name = LogSanitizer.Of(client.Key.Comment);
        Peer peer = client.Peer;
        _log.LogInformation(
            "{Peer} {Connection} connected with key {Fingerprint} {Name}", peer, peer.Mark, client.Key.Key.Fingerprint, name);
        if (client.Vouched is { } vouched)
            _vouchers.Enter(client.Secure.Peer!, vouched);
        var info = new ConnectionInfo(client.Key, ends);
        var audited = new AuditClient(peer, client.Key.Key, client.Key.Comment);
        _audit.Write(audited.Line(AuditEvent.Connect));
        var connection = new ClientConnection(
            new AuditedStream(client.Secure.Stream, _audit),
            new(info, _services, _log),
            client.Options,
            client.Key.IdleTimeout ?? _options.Value.IdleTimeout,
            client.Received,
            _log)
        {
            Keys = new(client.Secure.Peer!, client.Vouched),
        };
        Task running = connection.RunAsync();
        _connections[connection] = running;
        try
        {
            _revocation.Check(connection, changes);
            if (_stopping.IsCancellationRequested)
                await connection.CloseAsync(StopReason);
            await running;
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            _audit.Write(audited.Line(AuditEvent.Disconnect) with { Reason = connection.EndReason });
            if (client.Vouched is { } behind)
                _vouchers.Leave(client.Secure.Peer!, behind);
        }
    }

    private async Task RefuseAsync(AdmittedClient client)
    {
        string text = $"this key has reached its limit of {client.Key.MaxConnections} connections";
        Peer peer = client.Peer;
        _log.LogWarning(
            "refused {Peer} {Connection} with key {Fingerprint}: {Reason}", peer, peer.Mark, client.Key.Key.Fingerprint, text);
        var refusal = new ErrorMessage { Code = ErrorCode.Limit, Text = text, Hint = "end one of them, or ask the server's administrator" };
        await LingeringClose.RefuseGreetedAsync(client.Secure.Stream, refusal, client.Options, _stopping.Token);
        await client.Secure.DisposeAsync();
    }

    // The key of the server has been replaced, or its certificate.
    private ClientAuthenticator AuthenticatorOf(Identity identity)
    {
        Admission admission = _admission;
        if (admission.Identity == identity)
            return admission.Authenticator;
        admission = new(identity, _newAuthenticator(identity));
        _admission = admission;
        return admission.Authenticator;
    }

    /// <summary>Makes the launcher.</summary>
    /// <exception cref="RemoteShellException">This system does not support it.</exception>
    public static IProcessLauncher LauncherFor(CommandLauncher launcher) => launcher switch
    {
        CommandLauncher.CliWrap => new CliWrapLauncher(),
        CommandLauncher.PosixSpawn when PosixSpawn.IsAvailable => new PosixSpawnLauncher(),
        CommandLauncher.PosixSpawn => throw new RemoteShellException("the launcher posix_spawn needs Linux with pidfd_open(2)")
        {
            Hint = "use the launcher cliwrap",
        },
        _ => throw new ArgumentOutOfRangeException(nameof(launcher)),
    };

    private static async Task WithoutThrowing(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private IEnumerable<ConnectedUser> ConnectedUsers() => _connections.Keys
        .Select(connection => connection.Info)
        .Select(info => new ConnectedUser(info.Id, info.Client.Comment, info.Since));

    private sealed record Admission(Identity Identity, ClientAuthenticator Authenticator);
}
