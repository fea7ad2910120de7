using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Connections;
using RemoteShell.Server.Jobs;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Probes;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Processes.Unix;
using RemoteShell.Server.Requests;
using Serilog;

namespace RemoteShell.Server;

/// <summary>Runs commands for authorized clients, from <see cref="Start"/> to <see cref="StopAsync"/>.</summary>
public sealed class RemoteShellServer : IAsyncDisposable
{
    private const string StopReason = "the server stopped";

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly ServerOptions _options;
    private readonly ILogger _log;
    private readonly Identity _identity;
    private readonly ConnectionOptions _connectionOptions;
    private readonly ConnectionLimiter _gate;
    private readonly ClientAuthenticator _admission;
    private readonly RequestServices _services;
    private readonly IProcessLauncher _launcher;
    private readonly DirectoryInfo _temporaryFolder = Directory.CreateTempSubdirectory("rsh-server-");
    private readonly ConcurrentDictionary<ClientConnection, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _graceOver = new();
    private readonly TaskCompletionSource _hasStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _stoppingGate = new();
    private AdminSocket? _control;
    private Listener? _listener;
    private UdpResponder? _responder;
    private Task _accepting = Task.CompletedTask;
    private Task _responding = Task.CompletedTask;

    // Under _stoppingGate.
    private Task? _stopped;

    private long _lastConnection;

    /// <summary>Prepares a server; the host key is made where there is none yet.</summary>
    /// <exception cref="PrivateFileException">The host key is open to others, or damaged.</exception>
    /// <exception cref="RemoteShellException">This system does not have the launcher.</exception>
    public RemoteShellServer(ServerOptions options, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _log) = (options, log);
        _launcher = LauncherOf(options.Launcher);
        _identity = Identity.LoadOrCreate(options.HostKeyFile);
        _connectionOptions = new()
        {
            Agent = "rsh-server/0.1.0",
            Limits = new() { MaxHeader = options.Limits.Header, MaxBody = options.Limits.Body },
            MaxChannels = options.Limits.Channels,
            KeepaliveInterval = options.KeepaliveTimeout / 3,
            KeepaliveTimeout = options.KeepaliveTimeout,
        };
        _gate = new(options.Limits);
        _admission = new(_identity, new AuthorizedKeys(options.AuthorizedKeysFile), _gate, options.Limits, _connectionOptions, log);
        var bodies = new JobRunnerFactory(_launcher, Account.Current(), new(options.KillGrace, options.DrainGrace), _temporaryFolder.FullName, Visitors, options.RecordFolder is null ? null : new(options.RecordFolder, log));
        _services = new(bodies, new(bodies, options, log), new(), new(), () => _sessions.Keys.Select(session => session.Presence), _stopping.Token);
    }

    /// <summary>The key that clients know the server by.</summary>
    public PublicKey HostKey => _identity.PublicKey;

    /// <summary>Completes when the server has stopped, whoever asked for that.</summary>
    public Task Stopped => _hasStopped.Task;

    /// <summary>Listens, and returns where.</summary>
    /// <exception cref="RemoteShellException">An address cannot be had.</exception>
    public IReadOnlyList<IPEndPoint> Start()
    {
        _services.Keeper.Start();
        _listener = Listener.Bind(_options.Listen);
        _responder = _options.AnswersProbes ? UdpResponder.Bind(_listener.Addresses) : null;
        _log.Information("serving as {User} with {Launcher}, host key {Fingerprint}, on {Addresses}", _services.Bodies.Account.Name, _launcher.Name, HostKey.Fingerprint, _listener.Addresses);
        if (_launcher is CliWrapLauncher && !ProcessExitWatcher.AlwaysKnowsSignals)
            _log.Information("on this system an end by signal n may be reported as exit status 128+n");
        if (!SetSid.IsAvailable)
            _log.Warning("neither setsid nor perl is here: commands share the server's process group, and signals reach their first process only");
        IReadOnlyList<IPEndPoint> addresses = _listener.Addresses;
        var whoeverRunsIt = new AdminService { Addresses = addresses, HostKey = HostKey, Sessions = () => _sessions.Keys, Services = _services, Stop = StopAsync };
        _control = AdminSocket.TryListen(_options.StateFolder, whoeverRunsIt.AnswerAsync, _log);
        _accepting = _listener.AcceptAsync(socket => _ = ServeAsync(socket), _stopping.Token);
        _responding = _responder?.RunAsync(_stopping.Token) ?? Task.CompletedTask;
        return addresses;
    }

    /// <summary>Stops in order: listens no more, tells clients, waits for running commands up to the grace, ends the rest, says goodbye.</summary>
    /// <param name="grace">Another grace than that of the options; given once more while the server stops, it counts anew from then on.</param>
    public Task StopAsync(TimeSpan? grace = null)
    {
        lock (_stoppingGate)
        {
            if (_stopped is null || grace is not null)
                _graceOver.CancelAfter(grace ?? _options.StopGrace);
            return _stopped ??= StopInOrderAsync(grace ?? _options.StopGrace);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.Keeper.DisposeAsync();
        // The last that is seen of the server: whoever waits for its end may start another one now.
        _control?.Dispose();
        _identity.Dispose();
        _stopping.Dispose();
        _temporaryFolder.Refresh();
        if (_temporaryFolder.Exists)
            _temporaryFolder.Delete(recursive: true);
    }

    private async Task StopInOrderAsync(TimeSpan grace)
    {
        // Whoever asked holds the lock until this yields.
        await Task.Yield();
        await _stopping.CancelAsync();
        _listener?.Dispose();
        await Task.WhenAll(_accepting, _responding);
        _responder?.Dispose();
        foreach (ClientConnection session in _sessions.Keys)
            session.Stop($"the server is stopping; running commands have {grace.TotalSeconds:0.###} s to end");
        JobManager jobs = _services.Keeper;
        if (jobs.Table.EndingWithServer.Any())
            _log.Information("stopping; jobs that run: {Jobs}, seconds that they have: {Grace}", jobs.Table.EndingWithServer.Count(), grace.TotalSeconds);

        // Detached jobs are not waited for, and go on.
        await jobs.EndedAsync().WaitAsync(_graceOver.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        jobs.EndAll(EndCause.ByPolicy(StopReason));
        await jobs.EndedAsync().WaitAsync(_options.KillGrace * 2).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Results are on their way.
        await Task.WhenAll(_sessions.Keys.Select(session => session.FinishAsync())).WaitAsync(_options.KillGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_sessions.Keys.Select(session => session.CloseAsync(StopReason)));
        // A request that was on its way when the jobs were ended has its job by now.
        jobs.EndAll(EndCause.ByPolicy(StopReason));
        // What even KILL does not end, such as a process in the middle of a system call, does not hold the server.
        await Task.WhenAll(_sessions.Values.Append(jobs.EndedAsync())).WaitAsync(_options.KillGrace + LastWait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_listener is not null)
            _log.Information("stopped");
        _hasStopped.TrySetResult();
    }

    private async Task ServeAsync(Socket socket)
    {
        if (PeerOf(socket) is not { } peer)
        {
            socket.Dispose();
            return;
        }

        string? overLimit = _gate.Enter(peer.Address);
        try
        {
            if (await _admission.AdmitAsync(socket, peer, overLimit, _stopping.Token) is not { } client)
                return;
            _log.Information("{Peer} connected with key {Fingerprint} {Name}", peer, client.Key.Key.Fingerprint, client.Key.Comment);
            var presence = new ConnectionInfo(Interlocked.Increment(ref _lastConnection), client.Key, client.Peer);
            var session = new ClientConnection(client.Secure.Stream, new(presence, _services, _log), _connectionOptions with { MessageOfTheDay = MessageOfTheDay() }, client.Key.IdleTimeout ?? _options.IdleTimeout, _log);
            var running = session.RunAsync();
            _sessions[session] = running;
            if (_stopping.IsCancellationRequested)
                await session.CloseAsync(StopReason);
            await running;
            _sessions.TryRemove(session, out _);
        }
        catch (Exception e)
        {
            // Whatever one client causes, the others go on.
            _log.Error(e, "the connection of {Peer} failed", peer);
        }
        finally
        {
            _gate.Leave(peer.Address);
        }
    }

    private static IProcessLauncher LauncherOf(CommandLauncher launcher) => launcher switch
    {
        CommandLauncher.CliWrap => new CliWrapLauncher(),
        CommandLauncher.PosixSpawn when PosixSpawn.IsAvailable => new PosixSpawnLauncher(),
        CommandLauncher.PosixSpawn => throw new RemoteShellException("the launcher posix_spawn needs Linux with pidfd_open(2)")
        {
            Hint = "use the launcher cliwrap",
        },
        _ => throw new ArgumentOutOfRangeException(nameof(launcher)),
    };

    private IEnumerable<ConnectedUser> Visitors() => _sessions.Keys.Select(session => new ConnectedUser(session.Presence.Id, session.Presence.Client.Comment, session.Presence.Since));

    // It is read anew for each client, so that whoever runs the server need not start it again.
    private string? MessageOfTheDay()
    {
        try
        {
            return _options.MessageOfTheDayFile is { } file ? File.ReadAllText(file).TrimEnd() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Warning("the message of the day cannot be read: {Reason}", e.Message);
            return null;
        }
    }

    // Null where the peer has left already.
    private static IPEndPoint? PeerOf(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            return socket.RemoteEndPoint as IPEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
