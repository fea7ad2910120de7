namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>The types of metrics of Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>A number that only grows.</summary>
    Counter,

    /// <summary>A number that grows and falls.</summary>
    Gauge,

    /// <summary>Values, counted in buckets.</summary>
    Histogram,
}
