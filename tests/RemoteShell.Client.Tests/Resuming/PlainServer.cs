using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Connections;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Requests;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Client.Tests.Resuming;

/// <summary>A real server without sockets and TLS: each connection is a pair of streams in memory with the faults of the test.</summary>
internal sealed class PlainServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Identity _client;
    private readonly RequestServices _services;
    private readonly Meter _meter = new("plain");
    private readonly ServerMetrics _metrics;
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly CancellationTokenSource _stopping = new();

    public PlainServer(Func<ServerOptions, ServerOptions>? configure = null)
    {
        var options = new ServerOptions { Folder = _folder["server"], KillGrace = TimeSpan.FromSeconds(1) };
        options = configure?.Invoke(options) ?? options;
        _client = Identity.LoadOrCreate(_folder["id.pem"]);
        var times = new JobTimes(options.KillGrace, options.DrainGrace);
        var runners = new JobRunnerFactory(new CliWrapLauncher(), Account.Current(), () => times, new LineFolder(_folder.Path), () => []);
        var current = new CurrentOptions(options);
        var audit = new AuditJournal(current, () => _client, NullLogger.Instance);
        _metrics = new(_meter, new()
        {
            Connections = () => 0,
            WaitingHandshakes = () => 0,
            Requests = () => 0,
            Jobs = () => default,
            Penalties = () => 0,
        });
        _services = new()
        {
            Runners = runners,
            Jobs = new(runners, current, audit, NullLogger.Instance),
            Audit = audit,
            Metrics = _metrics,
            Connections = () => [],
            Stopping = _stopping.Token,
            Limiter = new(() => 1000),
            Options = current,
        };
        RememberSinceBoot(options.StateFolder);
        _services.Jobs.Start();
    }

    public string this[string name] => _folder[name];

    public JobTable Jobs => _services.Jobs.Table;

    /// <summary>Connects a client. Its connections get the given faults by their number, from 0; null gives no fault.</summary>
    public Task<RemoteShellClient> ConnectAsync(Func<int, Faults?> faults, Func<ClientOptions, ClientOptions>? configure = null)
    {
        int dialled = -1;
        var options = new ClientOptions { Host = new("memory", 1), Folder = _folder["client"], GiveUp = TimeSpan.FromSeconds(15) };
        return RemoteShellClient.OverAsync(
            configure?.Invoke(options) ?? options, _ => Task.FromResult(Connect(faults(Interlocked.Increment(ref dialled)))));
    }

    public Stream Connect(Faults? faults)
    {
        (MemoryDuplex a, MemoryDuplex b) = MemoryDuplex.CreatePair();
        var ends = new ConnectionEnds(Peer.At(new(IPAddress.Loopback, 1)), new(IPAddress.Loopback, 2));
        var presence = new ConnectionInfo(new AuthorizedKey(_client.PublicKey, "test", [], null), ends);
        var context = new RequestContext(presence, _services, NullLogger.Instance);
        _sessions.Add(ServeAsync(b, context));
        return faults is null ? a : new FaultyStream(a, faults);
    }

    private async Task ServeAsync(Stream stream, RequestContext context)
    {
        await Connection.GreetAsync(stream, new(), _stopping.Token);
        var connection = new ClientConnection(stream, context, new(), idleTimeout: null, received: default, NullLogger.Instance)
        {
            Keys = new(_client.PublicKey, Vouched: null),
        };
        await connection.RunAsync();
    }

    // As if the server had run long before: a command that is resumed is older than the test.
    private static void RememberSinceBoot(string folder)
    {
        string jobs = Directory.CreateDirectory(Path.Combine(folder, "jobs")).FullName;
        var line = new JournalLine("", "", CompleteSince: 1, Written: ClockReading.Now());
        File.WriteAllBytes(Path.Combine(jobs, "journal"), JsonSerializer.SerializeToUtf8Bytes(line, JobJson.Default.JournalLine));
    }

    public async ValueTask DisposeAsync()
    {
        _services.Jobs.EndAll(EndCause.ByPolicy("the test is over"));
        await _services.Jobs.EndedAsync().Within();
        await _stopping.CancelAsync();
        await Task.WhenAll(_sessions).Within();
        await _services.Audit.DisposeAsync();
        await _services.Jobs.DisposeAsync();
        _metrics.Dispose();
        _meter.Dispose();
        _client.Dispose();
        _stopping.Dispose();
        _folder.Dispose();
    }
}
