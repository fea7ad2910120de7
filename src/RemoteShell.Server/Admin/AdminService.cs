using RemoteShell.Server.Audit;
using RemoteShell.Server.Connections;
using RemoteShell.Server.HostKeys;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Admin;

/// <summary>Answers the requests of the server's administrator.</summary>
internal sealed class AdminService
{
    // Milliseconds: the longest timer of .NET is 49 days.
    private const long MaxGrace = 45L * 24 * 60 * 60 * 1000;

    private const int MaxPenalties = 1000;

    /// <summary>The addresses and unix sockets on which the server listens, for people.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The server's key, and the next one.</summary>
    public required ServerHostKeys HostKeys { get; init; }

    /// <summary>Lists the present connections.</summary>
    public required Func<IEnumerable<ClientConnection>> Connections { get; init; }

    /// <summary>The penalties of addresses.</summary>
    public required Penalties Penalties { get; init; }

    /// <summary>The jobs, and the user that they run as.</summary>
    public required RequestServices Services { get; init; }

    /// <summary>Stops the server, with a grace period for running commands; null for that of the server's options.</summary>
    public required Func<TimeSpan?, Task> Stop { get; init; }

    /// <summary>Lists and ends jobs.</summary>
    public required JobAdministration Jobs { get; init; }

    private DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    public async Task<AdminReply> AnswerAsync(AdminRequest request)
    {
        if (request.Verb is not ("status" or "jobs") && !Services.Audit.Write(LineOf(request)) && request.Verb != "stop")
            return new() { Fault = AuditException.Text, Cure = "make room on its disk" };
        switch (request)
        {
            case { Verb: "status" }:
                return new() { Status = Status() };
            case { Verb: "stop", GraceMs: < 0 or > MaxGrace }:
                return new() { Fault = "the grace period must be from 0 to 45 days" };
            case { Verb: "stop" }:
                // Not awaited: the administrator sees the end of the server by the end of the connection.
                _ = Stop(request.GraceMs is { } grace ? TimeSpan.FromMilliseconds(grace) : null);
                return new();
            case { Verb: "disconnect", Id: { } id }:
                return await DisconnectAsync(id);
            case { Verb: "jobs" }:
                return Jobs.List(request.All, request.Key);
            case { Verb: "kill", Job: { } job }:
                return await Jobs.KillAsync(job, request.Key, request.Signal);
            case { Verb: "reload-host-key" }:
                HostKeys.Reload();
                Services.Audit.Seal();
                return new() { Status = Status() };
            default:
                return new()
                {
                    Fault = $"this server does not know the request '{request.Verb}'",
                    Cure = "the server may be older than this program",
                };
        }
    }

    private static AuditLine LineOf(AdminRequest request) => new()
    {
        Event = AuditEvent.Admin,
        Verb = request.Verb,
        Connection = request.Id,
        Job = request.Job,
        Key = request.Key,
        Signal = request.Signal,
    };

    private async Task<AdminReply> DisconnectAsync(long id)
    {
        if (Connections().FirstOrDefault(connection => connection.Info.Id == id) is not { } connection)
            return new() { Fault = $"there is no connection {id}", Cure = "list the connections with: rsh-server status" };
        await connection.DisconnectAsync();
        return new();
    }

    private ServerStatus Status() => Status(HostKeys.Present);

    private ServerStatus Status(PresentHostKey key) => new()
    {
        Version = typeof(AdminService).Assembly.GetName().Version?.ToString(3) ?? "",
        Process = Environment.ProcessId,
        User = Services.Runners.Account.Name,
        Since = Since,
        Addresses = Addresses,
        HostKey = key.Identity.PublicKey.Fingerprint,
        NextHostKey = key.Next?.Identity.PublicKey.Fingerprint,
        NextHostKeyFrom = key.Next?.From,
        RevokedKeysFile = Services.Options.Value.RevokedKeysFile,
        OnRevoke = Services.Options.Value.OnRevoke == OnRevoke.Keep ? "keep" : "kill",
        RecordFolder = Services.Options.Value.RecordingsFolder,
        Stopping = Services.Stopping.IsCancellationRequested,
        ResidentBytes = Environment.WorkingSet,
        ManagedBytes = GC.GetTotalMemory(forceFullCollection: false),
        ReceivedBytes = Services.Metrics.Traffic.Received,
        SentBytes = Services.Metrics.Traffic.Sent,
        Connections = [.. Connections().Select(connection => connection.Info).OrderBy(info => info.Id).Select(Status)],
        Jobs = [.. Services.Jobs.Table.Running.OrderBy(job => job.Record.Started).Select(Status)],
        Penalties = [.. Penalties.InForce().Take(MaxPenalties).Select(Status)],
    };

    private static ConnectionStatus Status(ConnectionInfo info) => new()
    {
        Id = info.Id,
        Name = LogSanitizer.Of(info.Client.Comment),
        Key = info.Client.Key.Fingerprint,
        From = info.Peer.ToString(),
        Since = info.Since,
        IdleMs = info.IdleMilliseconds,
        ReceivedBytes = info.ReceivedBytes,
        SentBytes = info.SentBytes,
        Doing = [.. info.Doing],
    };

    private static PenaltyStatus Status(Penalty penalty) => new()
    {
        From = penalty.Place,
        LeftMs = (long)penalty.Left.TotalMilliseconds,
        Cause = penalty.Cause.Text,
        Refused = penalty.Refused,
    };

    private static JobStatus Status(Job job) => new()
    {
        Job = job.Id,
        Key = job.Owner.Fingerprint,
        Since = job.Record.Started,
        Detached = job.Record.Detached,
        Attached = job.Clients.Count,
        Command = LogSanitizer.Of(job.Record.Command),
    };
}
