namespace RemoteShell.Benchmarks.Comparison;

/// <summary>One piece of work that both sides do, and its target.</summary>
/// <param name="Name">The work.</param>
/// <param name="Unit">The unit of the figures.</param>
/// <param name="Ours">Does the work once with RemoteShell, and returns the figure.</param>
/// <param name="Theirs">Does the work once with OpenSSH. Null if OpenSSH cannot do it.</param>
/// <param name="Target">The target, for people.</param>
internal sealed record Row(string Name, string Unit, Func<Task<double>> Ours, Func<Task<double>>? Theirs, string Target)
{
    /// <summary>How often the work is done in each round. The median counts. Default: once.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Whether a higher figure is better: a rate, and not a time or a size.</summary>
    public bool IsRate => Unit.EndsWith("/s", StringComparison.Ordinal) || Unit == "a second";
}

/// <summary>The figures of a row, one for each round.</summary>
internal sealed record Measured(Row Row, List<double> Ours, List<double> Theirs)
{
    /// <summary>The median of the ratios of all rounds. A disturbance during a round affects both sides.</summary>
    public double? Ratio => Theirs.Count > 0 ? Median(Ours.Zip(Theirs, (ours, theirs) => ours / theirs)) : null;

    /// <summary>Returns the median.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
