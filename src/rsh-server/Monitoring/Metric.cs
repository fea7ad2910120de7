using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>What an instrument has measured, as a metric of Prometheus. Thread-safe.</summary>
internal sealed class Metric
{
    // Characters. The attributes of the server are short words.
    private const int MaxKey = 256;

    private readonly Instrument _instrument;
    private readonly IReadOnlyList<double> _bounds;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    public Metric(Instrument instrument)
    {
        _instrument = instrument;
        _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
        Kind = instrument switch
        {
            Histogram<double> => MetricKind.Histogram,
            Counter<long> or ObservableCounter<long> => MetricKind.Counter,
            _ => MetricKind.Gauge,
        };
        Name = NameOf(instrument, Kind);
    }

    /// <summary>The name: that of the instrument, with its unit, and with <c>_total</c> for a counter.</summary>
    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>Takes a measurement.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // A request is measured several times, so the usual case makes no text.
        Span<char> room = stackalloc char[MaxKey];
        ReadOnlySpan<char> key = KeyOf(tags, room);
        lock (_gate)
        {
            var series = _series.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!series.TryGetValue(key, out MetricSeries? found))
                series[key] = found = new(LabelsOf(tags), _bounds);
            if (Kind == MetricKind.Histogram)
                found.Record(value);
            else
                found.Value = _instrument.IsObservable ? value : found.Value + value;
        }
    }

    /// <summary>Writes the metric in the text format.</summary>
    public void WriteTo(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {_instrument.Description}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {Name} {Kind.ToString().ToLowerInvariant()}\n");
        lock (_gate)
        {
            foreach (MetricSeries series in _series.Values.OrderBy(one => one.Labels, StringComparer.Ordinal))
                Write(text, series);
        }
    }

    private void Write(StringBuilder text, MetricSeries series)
    {
        if (Kind != MetricKind.Histogram)
        {
            Write(text, "", series.Labels, series.Value);
            return;
        }

        string before = series.Labels.Length > 0 ? $"{series.Labels}," : "";
        for (int i = 0; i < _bounds.Count; i++)
            Write(text, "_bucket", string.Create(CultureInfo.InvariantCulture, $"{before}le=\"{_bounds[i]}\""), series.Buckets[i]);
        Write(text, "_bucket", $"{before}le=\"+Inf\"", series.Count);
        Write(text, "_sum", series.Labels, series.Value);
        Write(text, "_count", series.Labels, series.Count);
    }

    private void Write(StringBuilder text, string suffix, string labels, double value)
    {
        text.Append(Name).Append(suffix);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(CultureInfo.InvariantCulture, $" {value:R}\n");
    }

    private static string NameOf(Instrument instrument, MetricKind kind)
    {
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return $"{Plain(instrument.Name)}{unit}{(kind == MetricKind.Counter ? "_total" : "")}";
    }

    // The values of the tags, a line each. An instrument gives its tags always in the same order.
    private static ReadOnlySpan<char> KeyOf(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> room)
    {
        int length = 0;
        foreach ((_, object? value) in tags)
        {
            if (value is not string text || length + text.Length + 1 > room.Length)
                return LabelsOf(tags);
            text.CopyTo(room[length..]);
            length += text.Length;
            room[length++] = '\n';
        }

        return room[..length];
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder();
        foreach ((string name, object? value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Plain(name)).Append("=\"");
            foreach (char c in value?.ToString() ?? "")
                text.Append(c switch { '\\' => @"\\", '"' => "\\\"", '\n' => @"\n", _ => c.ToString() });
            text.Append('"');
        }

        return text.ToString();
    }

    private static string Plain(string name) => name.Replace('.', '_');
}
