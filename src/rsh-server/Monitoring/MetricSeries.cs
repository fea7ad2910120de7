namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>The numbers of a metric with the same labels. The metric guards it.</summary>
/// <param name="labels">The labels, as in the text format, without braces.</param>
/// <param name="bounds">The upper bounds of the buckets of a histogram; empty for other metrics.</param>
internal sealed class MetricSeries(string labels, IReadOnlyList<double> bounds)
{
    private readonly long[] _buckets = new long[bounds.Count];

    /// <summary>The labels, as in the text format, without braces.</summary>
    public string Labels => labels;

    /// <summary>The value of a counter or a gauge; the sum of a histogram.</summary>
    public double Value { get; set; }

    /// <summary>The number of values of a histogram.</summary>
    public long Count { get; private set; }

    /// <summary>How many values of a histogram are at most as large as each bound.</summary>
    public IReadOnlyList<long> Buckets => _buckets;

    /// <summary>Adds a value to a histogram.</summary>
    public void Record(double value)
    {
        Value += value;
        Count++;
        for (int i = 0; i < bounds.Count; i++)
        {
            if (value <= bounds[i])
                _buckets[i]++;
        }
    }
}
