using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client ping</c>: round trips through the whole path.</summary>
internal static class PingCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Option<long?> Count = JobOptions.CountFlag("--count", "Stop after so many. Default: at Ctrl+C.", "N");
    private static readonly Option<TimeSpan?> Interval = HostOptions.DurationFlag("--interval", "Time between two of them. Default: 1s.");

    private static readonly Option<bool> Udp = new("--udp") { Description = "Ask by UDP instead, which the server answers where it was started with --udp: without a key, and without knowing who answers." };

    public static Command Create()
    {
        Count.Aliases.Add("-c");
        Interval.Aliases.Add("-i");
        var command = new Command("ping", "Measure round trips through TLS, frames and the server, and the offset of its clock.") { HostOptions.Host, Count, Interval, Udp };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        if (parsed.GetValue(Count) is 0)
            throw new FormatException("--count must be at least 1");
        TimeSpan interval = parsed.GetValue(Interval) ?? TimeSpan.FromSeconds(1);
        ClientOptions options = HostOptions.Options(parsed, host, UserMessages.Say);
        using var interrupts = new Interrupts();
        if (parsed.GetValue(Udp))
        {
            using UdpProber prober = await UdpProber.CreateAsync(options.Host, interrupts.GivenUp);
            return await AskAsync(host, parsed.GetValue(Count), interval, token => ProbeAsync(prober, token), interrupts);
        }

        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        return await AskAsync(host, parsed.GetValue(Count), interval, token => TryAsync(client, token), interrupts);
    }

    private static async Task<int> AskAsync(string host, long? count, TimeSpan interval, Func<CancellationToken, Task<RoundTrip?>> ask, Interrupts interrupts)
    {
        var trips = new List<RoundTrip>();
        long sent = 0;
        try
        {
            while (sent < (count ?? long.MaxValue))
            {
                if (sent > 0)
                    await Task.Delay(interval, interrupts.GivenUp);
                sent++;
                if (await ask(interrupts.GivenUp) is not { } trip)
                    continue;
                trips.Add(trip);
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"answer from {host}: number {sent}, {trip.Time.TotalMilliseconds:0.000} ms"));
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C asks for the sum.
        }

        WriteSum(host, sent, trips);
        return trips.Count == 0 ? ExitStatus.NoConnection : trips.Count < sent ? ExitStatus.Failed : 0;
    }

    // A connection that was lost is made anew for the next one.
    private static async Task<RoundTrip?> TryAsync(RemoteShellClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.PingAsync(cancellationToken);
        }
        catch (ConnectionLostException e) when (e.IsNetworkLoss)
        {
            UserMessages.Say($"no answer: {e.Message}");
            return null;
        }
    }

    private static async Task<RoundTrip?> ProbeAsync(UdpProber prober, CancellationToken cancellationToken)
    {
        RoundTrip? trip = await prober.AskAsync(Patience, cancellationToken);
        if (trip is null)
            UserMessages.Say("no answer; a server answers by UDP only where it was started with --udp");
        return trip;
    }

    private static void WriteSum(string host, long sent, List<RoundTrip> trips)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{host}: {sent} sent, {trips.Count} answered, {(sent == 0 ? 0 : 100.0 * (sent - trips.Count) / sent):0.#} % lost"));
        if (trips.Count == 0)
            return;
        double[] times = [.. trips.Select(trip => trip.Time.TotalMilliseconds).Order()];
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round trip: lowest {times[0]:0.000}, median {(times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2:0.000}, highest {times[^1]:0.000} ms"));
        RoundTrip best = trips.MinBy(trip => trip.Time)!;
        if (best.Offset is { } offset)
            Console.Out.WriteLine($"its clock: {Offset(offset, best.Time)}");
    }

    /// <summary>How far a clock is off, and how sure that is.</summary>
    public static string Offset(TimeSpan offset, TimeSpan roundTrip)
        => string.Create(CultureInfo.InvariantCulture, $"{offset.TotalMilliseconds:+0.000;-0.000} ms (± {roundTrip.TotalMilliseconds / 2:0.000})");
}
