namespace RemoteShell.Benchmarks.Comparison;

/// <summary>The same work through both, and what is to be reached.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Unit">Of the figures.</param>
/// <param name="Ours">Does it once through this product.</param>
/// <param name="Theirs">Does it once through OpenSSH; null where it has no such thing.</param>
/// <param name="Target">For people.</param>
internal sealed record Row(string Name, string Unit, Func<Task<double>> Ours, Func<Task<double>>? Theirs, string Target)
{
    /// <summary>How often it is done in each round, its median counting. Default: once.</summary>
    public int Times { get; init; } = 1;
}

/// <summary>What was measured, a figure for each round.</summary>
internal sealed record Measured(Row Row, List<double> Ours, List<double> Theirs)
{
    /// <summary>The median of the ratios of each round: what disturbed a round disturbed both.</summary>
    public double? Ratio => Theirs.Count > 0 ? Median(Ours.Zip(Theirs, (ours, theirs) => ours / theirs)) : null;

    /// <summary>The one in the middle.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
