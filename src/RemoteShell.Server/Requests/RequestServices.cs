using RemoteShell.Server.Audit;
using RemoteShell.Server.Chat;
using RemoteShell.Server.Files;
using RemoteShell.Server.Jobs;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Presence;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Requests;

/// <summary>What the requests of all clients share.</summary>
internal sealed record RequestServices
{
    /// <summary>Makes what a job runs.</summary>
    public required JobRunnerFactory Runners { get; init; }

    /// <summary>The jobs of all clients.</summary>
    public required JobManager Jobs { get; init; }

    /// <summary>The audit journal.</summary>
    public required AuditJournal Audit { get; init; }

    /// <summary>Lists the present connections.</summary>
    public required Func<IEnumerable<ConnectionInfo>> Connections { get; init; }

    /// <summary>Cancelled when the server stops: it does not wait for watchers.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Limits the requests of each key.</summary>
    public required RequestLimiter Limiter { get; init; }

    /// <summary>The server's options that apply now.</summary>
    public required CurrentOptions Options { get; init; }

    /// <summary>Counts the requests.</summary>
    public required ServerMetrics Metrics { get; init; }

    /// <summary>The chat rooms.</summary>
    public Rooms Rooms { get; } = new();

    /// <summary>Computes the digests of the beginnings of files.</summary>
    public PrefixHasher PrefixHasher { get; } = new();

    /// <summary>Limits the rate of the requests of each key.</summary>
    public RequestRates Rates { get; } = new();

    /// <summary>Limits the rate of <c>notify</c>.</summary>
    public NotifyThrottle NotifyThrottle { get; } = new();
}
