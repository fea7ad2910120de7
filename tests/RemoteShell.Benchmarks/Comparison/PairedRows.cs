using System.Diagnostics;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>The same work at two servers that differ in one option.</summary>
internal static class PairedRows
{
    private const int Calls = 30_000, AtOnce = 60;
    private const long Bulk = 1L << 30;

    /// <summary>Rows of built-ins, of commands and of bulk output.</summary>
    /// <param name="difference">What differs, for people.</param>
    /// <param name="with">The server with the option.</param>
    /// <param name="withClient">Its client.</param>
    /// <param name="without">The server without the option.</param>
    /// <param name="withoutClient">Its client.</param>
    /// <param name="rate">The target for rates.</param>
    /// <param name="time">The target for times.</param>
    public static IEnumerable<Row> Of(
        string difference,
        OwnServer with,
        RemoteShellClient withClient,
        OwnServer without,
        RemoteShellClient withoutClient,
        string rate,
        string time)
    {
        yield return new(
            $"`calc` on one connection, pipelined, {difference}", "a second",
            () => CalcAsync(withClient), () => CalcAsync(withoutClient), rate);
        yield return new(
            $"`true` on a warm connection, {difference}", "ms", () => TrueAsync(withClient), () => TrueAsync(withoutClient), time)
        { Times = 30 };
        yield return new($"1 GiB of stdout, {difference}", "MB/s", () => BulkAsync(with), () => BulkAsync(without), rate)
        { Times = 2 };
    }

    /// <summary>How many built-ins a second one connection carries, with 60 under way.</summary>
    public static async Task<double> CalcAsync(RemoteShellClient client)
    {
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, token) =>
            await client.RunAsync(RemoteCommand.Builtin("calc", "123+345"), new(), token));
        return Calls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> TrueAsync(RemoteShellClient client)
    {
        long start = Stopwatch.GetTimestamp();
        await client.RunAsync(RemoteCommand.Shell("true"), new());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<double> BulkAsync(OwnServer server)
        => Bulk / 1e3 / await Shell.LineAsync($"'{server.Client}' run --accept-new {server.Host} 'head -c {Bulk} /dev/zero' > /dev/null");
}
