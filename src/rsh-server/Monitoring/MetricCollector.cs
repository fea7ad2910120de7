using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Listens to the instruments of a server, and writes what they have measured in the text format of Prometheus.</summary>
/// <remarks>The instruments measure from the start of the listener on. It must start before the server does.</remarks>
internal sealed class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Metric> _metrics = new();

    private MetricCollector()
    {
    }

    /// <summary>Starts to listen.</summary>
    /// <param name="server">A server that was made without a factory of meters.</param>
    public static MetricCollector Start(RemoteShellServer server)
    {
        var collector = new MetricCollector();
        MeterListener listener = collector._listener;
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == server)
                listener.EnableMeasurementEvents(instrument, collector._metrics.GetOrAdd(instrument, one => new Metric(one)));
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => ((Metric)metric!).Take(value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => ((Metric)metric!).Take(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => ((Metric)metric!).Take(value, tags));
        listener.Start();
        return collector;
    }

    /// <summary>Returns all metrics in the text format.</summary>
    public string Read()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (Metric metric in _metrics.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal))
            metric.WriteTo(text);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
