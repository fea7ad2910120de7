using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server;

/// <summary>Runs commands for authorized clients, from <see cref="StartAsync"/> to <see cref="StopAsync"/>.</summary>
/// <param name="options">The folders, addresses, limits and times.</param>
/// <param name="loggerFactory">Where the server logs. Default: null, for no log.</param>
/// <param name="meterFactory">
/// Makes the meter of the server. Default: null, for a meter whose <see cref="Meter.Scope"/> is this object.
/// </param>
public sealed class RemoteShellServer(ServerOptions options, ILoggerFactory? loggerFactory = null, IMeterFactory? meterFactory = null)
    : IAsyncDisposable
{
    /// <summary>The name of the meter of each server, and of the activity source of all servers.</summary>
    public const string TelemetryName = ServerTelemetry.Name;

    private readonly ServerOptions _options = options ?? throw new ArgumentNullException(nameof(options));
    private readonly TaskCompletionSource _hasStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();

    // Guarded by _gate. Null until StartAsync is called.
    private Task<RunningServer>? _starting;
    private bool _isStopping;
    private bool _isDisposed;

    /// <summary>The key by which clients know the server.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public PublicKey HostKey => Running.HostKey;

    /// <summary>The TCP addresses on which the server listens.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public IReadOnlyList<IPEndPoint> Addresses => Running.Addresses;

    /// <summary>Completes when the server has stopped, by <see cref="StopAsync"/> or by <c>rsh-server stop</c>.</summary>
    public Task Stopped => _hasStopped.Task;

    private RunningServer Running
    {
        get
        {
            lock (_gate)
            {
                return _starting is { IsCompletedSuccessfully: true } started
                    ? started.Result
                    : throw new InvalidOperationException("the server has not started");
            }
        }
    }

    /// <summary>Loads or creates the host key, recovers the jobs of an earlier server, and listens.</summary>
    /// <param name="cancellationToken">Cancels the start, unless it has begun.</param>
    /// <returns>The TCP addresses on which the server listens.</returns>
    /// <exception cref="PrivateFileException">Other users can read the host key, or it is damaged.</exception>
    /// <exception cref="RemoteShellException">
    /// The server cannot listen on an address or a unix socket, another server uses the state folder, or this system does not support the
    /// launcher.
    /// </exception>
    /// <exception cref="IOException">A file of the configuration or state folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for lack of permission.</exception>
    /// <exception cref="InvalidOperationException">The server has been started or stopped before.</exception>
    public async Task<IReadOnlyList<IPEndPoint>> StartAsync(CancellationToken cancellationToken = default)
    {
        Task<RunningServer> starting;
        lock (_gate)
        {
            if (_starting is not null || _isStopping)
                throw new InvalidOperationException("a server starts once");
            // Not on the caller's thread: the start reads and writes files.
            starting = Task.Run(RunAsync, cancellationToken);
            _starting = starting;
        }

        RunningServer running = await starting.ConfigureAwait(false);
        return running.Addresses;
    }

    /// <summary>Replaces the options of a running server, which keeps its connections and jobs.</summary>
    /// <remarks>
    /// Later connections get the new limits, keepalive timeout, idle timeout and message of the day. Later requests and jobs get the new
    /// limits and quotas of jobs, kill and drain grace, recordings and forwarding. The quotas of output, the times and numbers for which
    /// ended jobs are kept, the stop grace, the revoked keys and the exempt networks apply at once. The server uses
    /// <see cref="ServerOptions.Listen"/>, <see cref="ServerOptions.ListenSockets"/>, <see cref="ServerOptions.Folder"/>,
    /// <see cref="ServerOptions.StateFolder"/>, <see cref="ServerOptions.Launcher"/>, <see cref="ServerOptions.Shell"/> and
    /// <see cref="ServerOptions.AnswersProbes"/> at its start only: they need a restart.
    /// </remarks>
    /// <param name="options">All options, also those that do not change.</param>
    /// <returns>The names of the properties that differ and need a restart.</returns>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public IReadOnlyList<string> Apply(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Running.Apply(options);
    }

    /// <summary>Answers a signed request that a program has received from elsewhere, such as from a broker.</summary>
    /// <remarks>
    /// The stream brings a <c>BroadcastHost</c> and a signed <c>BroadcastRequest</c>. The server checks all of it by itself, starts the job
    /// at most once, and writes a signed <c>BroadcastResult</c> when the job has ended. It writes nothing if the signature is wrong or the
    /// key is not authorized. If the stream ends before the result, the job continues, and the same request waits for it again.
    /// </remarks>
    /// <param name="stream">The stream; the caller disposes it.</param>
    /// <param name="cancellationToken">Stops waiting; the job continues.</param>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Task AnswerBroadcastAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Running.AnswerBroadcastAsync(stream, cancellationToken);
    }

    /// <summary>Why the server cannot start a job now, such as a full disk, for people; null if it can.</summary>
    /// <remarks>For health checks. Each call reads the state of the disk.</remarks>
    public string? FindHealthFault()
    {
        lock (_gate)
        {
            if (_starting is not { IsCompletedSuccessfully: true })
                return "the server has not started";
        }

        return Running.FindHealthFault();
    }

    /// <summary>Stops the server in order.</summary>
    /// <remarks>
    /// The server stops listening, tells its clients, and waits for running commands, at most for the grace period. Then it ends the
    /// commands that still run, and closes the connections. Detached jobs continue.
    /// </remarks>
    /// <param name="grace">
    /// The grace period for running commands. Default: null, for <see cref="ServerOptions.StopGrace"/>. A further call with a value, while
    /// the server stops, starts a new period.
    /// </param>
    public async Task StopAsync(TimeSpan? grace = null)
    {
        Task<RunningServer>? starting;
        lock (_gate)
        {
            _isStopping = true;
            starting = _starting;
        }

        if (await StartedAsync(starting).ConfigureAwait(false) is { } running)
            await running.StopAsync(grace).ConfigureAwait(false);
        _hasStopped.TrySetResult();
    }

    /// <summary>Stops the server with the grace period of its options, and releases its folders.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        await StopAsync().ConfigureAwait(false);
        if (await StartedAsync(_starting).ConfigureAwait(false) is { } running)
            await running.DisposeAsync().ConfigureAwait(false);
    }

    private Task<RunningServer> RunAsync()
    {
        ILogger all = loggerFactory?.CreateLogger<RemoteShellServer>() ?? NullLogger<RemoteShellServer>.Instance;
        var log = new SafeLogger(all);
        var meter = new MeterOptions(TelemetryName) { Version = ProductVersion.Text };
        if (meterFactory is null)
            meter.Scope = this;
        return RunningServer.StartAsync(_options, log, StopAsync, meterFactory?.Create(meter) ?? new Meter(meter));
    }

    // Null if the server was not started, or if the start failed: its caller has the exception.
    private static async Task<RunningServer?> StartedAsync(Task<RunningServer>? starting)
    {
        if (starting is null)
            return null;
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return starting.IsCompletedSuccessfully ? await starting.ConfigureAwait(false) : null;
    }
}
