using System.Net;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Connections;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Admin;

/// <summary>What whoever runs the server can have of it.</summary>
internal sealed class AdminService
{
    /// <summary>Where the server listens.</summary>
    public required IReadOnlyList<IPEndPoint> Addresses { get; init; }

    /// <summary>The server's key.</summary>
    public required PublicKey HostKey { get; init; }

    /// <summary>Who is connected.</summary>
    public required Func<IEnumerable<ClientConnection>> Sessions { get; init; }

    /// <summary>The jobs, and the user that they run as.</summary>
    public required RequestServices Services { get; init; }

    /// <summary>Stops the server, with that time for running commands.</summary>
    public required Func<TimeSpan?, Task> Stop { get; init; }

    // Timers of the framework reach 49 days.
    private const long LongestGrace = 45L * 24 * 60 * 60 * 1000;

    private DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    public async Task<AdminReply> AnswerAsync(AdminRequest request)
    {
        switch (request)
        {
            case { Verb: "status" }:
                return new() { Status = Status() };
            case { Verb: "stop", GraceMs: < 0 or > LongestGrace }:
                return new() { Fault = "a grace is from nothing to 45 days" };
            case { Verb: "stop" }:
                // The end of the connection tells when it has stopped.
                _ = Stop(request.GraceMs is { } grace ? TimeSpan.FromMilliseconds(grace) : null);
                return new();
            case { Verb: "disconnect", Id: { } id }:
                return await DisconnectAsync(id);
            default:
                return new() { Fault = $"this server knows no '{request.Verb}'", Cure = "it may be older than the program that asks" };
        }
    }

    private async Task<AdminReply> DisconnectAsync(long id)
    {
        if (Sessions().FirstOrDefault(session => session.Presence.Id == id) is not { } session)
            return new() { Fault = $"there is no connection {id}", Cure = "'rsh-server status' lists those there are" };
        await session.DisconnectAsync();
        return new();
    }

    private ServerStatus Status() => new()
    {
        Version = typeof(AdminService).Assembly.GetName().Version?.ToString(3) ?? "",
        Process = Environment.ProcessId,
        User = Services.Bodies.Account.Name,
        Since = Since,
        Addresses = [.. Addresses.Select(address => address.ToString())],
        HostKey = HostKey.Fingerprint,
        Stopping = Services.Stopping.IsCancellationRequested,
        ResidentBytes = Environment.WorkingSet,
        ManagedBytes = GC.GetTotalMemory(forceFullCollection: false),
        Connections = [.. Sessions().Select(session => session.Presence).OrderBy(present => present.Id).Select(Status)],
        Jobs = [.. Services.Keeper.Table.Running.OrderBy(job => job.Record.Started).Select(Status)],
    };

    private static ConnectionStatus Status(ConnectionInfo present) => new()
    {
        Id = present.Id,
        Name = LogSanitizer.Of(present.Client.Comment),
        Key = present.Client.Key.Fingerprint,
        From = present.Peer.ToString(),
        Since = present.Since,
        IdleMs = Math.Max(0, Environment.TickCount64 - present.LastActivity()),
        Doing = [.. present.Doing],
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
