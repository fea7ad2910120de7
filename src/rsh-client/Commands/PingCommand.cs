using System.CommandLine;
using System.Globalization;
using System.Text;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client ping</c>: measures round trips to the server.</summary>
internal static class PingCommand
{
    // Of one probe by UDP.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    private static readonly Option<long?> Count = JobOptions.CountFlag("--count", "Stop after N round trips [at Ctrl+C].", "N");
    private static readonly Option<TimeSpan?> Interval = HostOptions.DurationFlag("--interval", "Time between two round trips [1s].");

    private static readonly Option<bool> Udp = new("--udp")
    {
        Description = "Use UDP, without authentication. The server answers only if it was started with --udp.",
    };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">Reads a command line again for each host of a set.</param>
    /// <param name="words">The words of the command line.</param>
    public static Command Create(OwnCommands own, IReadOnlyList<string> words)
    {
        Count.Aliases.Add("-c");
        Interval.Aliases.Add("-i");
        var command = new DocumentedCommand("ping", "Measure the round trip to the server, and its clock's offset.")
        {
            Details =
            [
                "Without --udp a round trip passes through TLS, the protocol and the server program. Of a set of hosts, each answers "
                    + "once, or N times with --count, and the fastest round trip is shown.",
            ],
            Examples = ["ping --count 3 server.example", "ping 'web[1-20]'"],
        };
        command.Add(HostOptions.Host);
        command.Add(Count);
        command.Add(Interval);
        command.Add(Udp);
        foreach (Option option in FleetOptions.OfSchedule)
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => Targets.IsSet(parsed.GetValue(HostOptions.Host)!)
            ? RunManyAsync(parsed, new(words, own.Read(words)))
            : RunAsync(parsed)));
        return command;
    }

    private static Task<int> RunManyAsync(ParseResult parsed, RunLine line)
    {
        if (parsed.GetValue(Udp))
            throw new FormatException("--udp is for one host, not for a set of hosts");
        long count = parsed.GetValue(Count) ?? 1;
        if (count == 0)
            throw new FormatException("--count must be at least 1");
        TimeSpan interval = parsed.GetValue(Interval) ?? TimeSpan.FromSeconds(1);
        return FleetQuery.RunAsync(line, parsed.GetValue(HostOptions.Host)!, AskAsync);

        async Task<byte[]> AskAsync(HostCall call, string host)
        {
            var best = TimeSpan.MaxValue;
            for (long i = 0; i < count; i++)
            {
                if (i > 0)
                    await Task.Delay(interval, call.Token);
                RoundTrip trip = await call.Client.PingAsync(call.Token);
                best = trip.Time < best ? trip.Time : best;
            }

            return Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{host}: {best.TotalMilliseconds:0.000} ms, connected in {call.Connecting.TotalMilliseconds:0.0} ms\n"));
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (FleetOptions.FirstGiven(parsed) is { } many)
            throw new FormatException($"{many} is for a set of hosts, such as web[1-3]");
        string host = parsed.GetValue(HostOptions.Host)!;
        if (parsed.GetValue(Count) is 0)
            throw new FormatException("--count must be at least 1");
        TimeSpan interval = parsed.GetValue(Interval) ?? TimeSpan.FromSeconds(1);
        // A kept connection would answer for the server.
        ClientOptions options = HostOptions.OnOwnConnection(HostOptions.Options(parsed, host, UserMessages.Say));
        using var interrupts = new Interrupts();
        if (parsed.GetValue(Udp))
        {
            using UdpProber prober = await UdpProber.CreateAsync(options.Host, interrupts.Cancelled);
            return await MeasureAsync(host, parsed.GetValue(Count), interval, token => ProbeAsync(prober, token), interrupts);
        }

        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        return await MeasureAsync(host, parsed.GetValue(Count), interval, token => TryAsync(client, token), interrupts);
    }

    private static async Task<int> MeasureAsync(
        string host, long? count, TimeSpan interval, Func<CancellationToken, Task<RoundTrip?>> ask, Interrupts interrupts)
    {
        var trips = new List<RoundTrip>();
        long sent = 0;
        try
        {
            while (sent < (count ?? long.MaxValue))
            {
                if (sent > 0)
                    await Task.Delay(interval, interrupts.Cancelled);
                sent++;
                if (await ask(interrupts.Cancelled) is not { } trip)
                    continue;
                trips.Add(trip);
                StandardText.Output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"answer from {host}: number {sent}, {trip.Time.TotalMilliseconds:0.000} ms"));
            }
        }
        catch (OperationCanceledException) when (Interrupts.CancelledStatus == ExitStatus.Interrupted)
        {
            // Ctrl+C: print the summary, as ping(8) does.
        }

        WriteSummary(host, sent, trips);
        if (trips.Count == 0)
            return ExitStatus.NoConnection;
        return trips.Count < sent ? ExitStatus.Failed : 0;
    }

    // After a loss, the next round trip connects again.
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
        RoundTrip? trip = await prober.AskAsync(ProbeTimeout, cancellationToken);
        if (trip is null)
            UserMessages.Say("no answer; a server answers by UDP only if it was started with --udp");
        return trip;
    }

    private static void WriteSummary(string host, long sent, List<RoundTrip> trips)
    {
        double lost = sent == 0 ? 0 : 100.0 * (sent - trips.Count) / sent;
        StandardText.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{host}: {sent} sent, {trips.Count} answered, {lost:0.#} % lost"));
        if (trips.Count == 0)
            return;
        double[] times = [.. trips.Select(trip => trip.Time.TotalMilliseconds).Order()];
        double median = (times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2;
        StandardText.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"round trip: lowest {times[0]:0.000}, median {median:0.000}, highest {times[^1]:0.000} ms"));
        RoundTrip best = trips.MinBy(trip => trip.Time)!;
        if (best.Offset is { } offset)
            StandardText.Output.WriteLine($"clock offset: {Offset(offset, best.Time)}");
    }

    /// <summary>A clock's offset, and its largest error: half of the round trip.</summary>
    public static string Offset(TimeSpan offset, TimeSpan roundTrip)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{offset.TotalMilliseconds:+0.000;-0.000} ms (± {roundTrip.TotalMilliseconds / 2:0.000})");
}
