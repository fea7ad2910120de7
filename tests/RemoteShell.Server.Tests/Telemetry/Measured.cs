using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RemoteShell.Server.Tests.Telemetry;

/// <summary>What the instruments of one server measure while this object exists.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Instrument> _instruments = new();
    private readonly ConcurrentQueue<(string Name, long Value)> _counts = new();
    private readonly ConcurrentDictionary<string, bool> _attributes = new();

    public Measured(RemoteShellServer server)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != server)
                return;
            _instruments.Enqueue(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach ((string name, object? attribute) in tags)
                _attributes[$"{name}={attribute}"] = true;
            _counts.Enqueue((instrument.Name, value));
        });
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _counts.Enqueue((instrument.Name, value)));
        _listener.Start();
    }

    public IEnumerable<Instrument> Instruments => _instruments;

    /// <summary>All attributes of counters so far, as NAME=VALUE.</summary>
    public IEnumerable<string> Attributes => _attributes.Keys;

    /// <summary>The sum of a counter, over all attributes.</summary>
    public long Sum(string name) => _counts.Where(count => count.Name == name).Sum(count => count.Value);

    /// <summary>What an instrument that is asked says now, over all attributes.</summary>
    public long Level(string name)
    {
        _counts.Clear();
        _listener.RecordObservableInstruments();
        return Sum(name);
    }

    public void Dispose() => _listener.Dispose();
}
