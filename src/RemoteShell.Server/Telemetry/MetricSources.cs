namespace RemoteShell.Server.Telemetry;

/// <summary>What the instruments read when somebody collects them. Each function is called on the collector's thread.</summary>
internal sealed record MetricSources
{
    /// <summary>The number of connections of authorized clients.</summary>
    public required Func<int> Connections { get; init; }

    /// <summary>The number of connections that wait for a place for their handshake.</summary>
    public required Func<int> WaitingHandshakes { get; init; }

    /// <summary>The number of requests that have not ended.</summary>
    public required Func<int> Requests { get; init; }

    /// <summary>The jobs that the server knows.</summary>
    public required Func<JobCounts> Jobs { get; init; }

    /// <summary>The number of addresses and networks that are refused now.</summary>
    public required Func<int> Penalties { get; init; }
}
