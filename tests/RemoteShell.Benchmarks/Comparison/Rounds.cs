using System.Globalization;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Measures rows in rounds, so that other load on the machine affects all rows and both sides.</summary>
internal static class Rounds
{
    /// <summary>Measures all rows once in each round, after one that warms up.</summary>
    public static Task<List<Measured>> WarmAsync(IEnumerable<Row> rows, int rounds) => MeasureAsync(rows, first: 0, rounds);

    /// <summary>Measures all rows once, the first time that their work is done.</summary>
    public static Task<List<Measured>> OnceAsync(IEnumerable<Row> rows) => MeasureAsync(rows, first: 1, last: 1);

    // Round 0 warms up.
    private static async Task<List<Measured>> MeasureAsync(IEnumerable<Row> rows, int first, int last)
    {
        List<Measured> all = [.. rows.Select(row => new Measured(row, [], []))];
        for (int round = first; round <= last; round++)
        {
            foreach ((Row row, List<double> ours, List<double> theirs) in all)
            {
                var (a, b) = await MeasureAsync(row);
                string text = string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round} of {last}: {row.Name}: {a:0.###} against {b:0.###} {row.Unit}");
                Console.Error.WriteLine(text);
                if (round == 0)
                    continue;
                ours.Add(a);
                if (b is { } figure)
                    theirs.Add(figure);
            }
        }

        return all;
    }

    private static async Task<(double Ours, double? Theirs)> MeasureAsync(Row row)
    {
        List<double> ours = [], theirs = [];
        for (int i = 0; i < row.Times; i++)
        {
            // The side that runs first finds the caches as the other side left them, so the order alternates.
            bool theirsFirst = row.Theirs is not null && i % 2 == 1;
            if (theirsFirst)
                theirs.Add(await row.Theirs!());
            ours.Add(await row.Ours());
            if (row.Theirs is not null && !theirsFirst)
                theirs.Add(await row.Theirs());
        }

        return (Measured.Median(ours), theirs.Count > 0 ? Measured.Median(theirs) : null);
    }
}
