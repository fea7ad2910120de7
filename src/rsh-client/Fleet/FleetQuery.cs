using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;
using RemoteShell.Fleet;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>A question to many hosts. It is not kept as a run: it can be asked again.</summary>
internal static class FleetQuery
{
    /// <summary>Asks all hosts, shows what they answer, and returns the exit status.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="targets">The set of hosts, as the user wrote it.</param>
    /// <param name="askAsync">Asks a host, and returns the lines that it answers.</param>
    public static async Task<int> RunAsync(RunLine line, string targets, Func<HostCall, string, Task<byte[]>> askAsync)
    {
        ParseResult parsed = line.Whole();
        Targets read = await Targets.ReadAsync(targets, FleetCommand.GroupsOf(parsed));
        using var screen = new FleetScreen();
        using var connections = new FleetConnections(screen, screen.Say);
        using var stop = new RunStop();
        Dictionary<string, ClientOptions> hosts = read.Hosts.ToDictionary(
            host => host, host => HostOptions.OnOwnConnection(connections.Of(line.For(host), host)), StringComparer.Ordinal);
        var schedule = new HostSchedule(HostLimit.Apply(FleetOptions.Schedule(parsed), screen), stop);
        var caller = new HostCaller(stop);
        using var interrupts = new Interrupts();
        await using CancellationTokenRegistration user = interrupts.Cancelled.Register(() => stop.Now(StopCause.User));
        if (FleetOptions.DeadlineOf(parsed) is { } deadline)
            stop.After(deadline);
        List<HostVerdict> verdicts = [];
        RunTarget[] all = [.. read.Hosts.Select(host => new RunTarget(host, JobId.New()))];
        await foreach (HostVerdict verdict in schedule.RunAsync(all, AskAsync))
            verdicts.Add(verdict with { Job = null });
        await screen.DrainAsync(CancellationToken.None);
        return Finish(parsed, screen, new(verdicts));

        Task<HostVerdict> AskAsync(RunTarget target) => caller.CallAsync(target, hosts[target.Host], async call =>
        {
            await screen.WriteAsync(OutputStream.StandardOutput, await askAsync(call, target.Host), call.Token);
            return new() { Host = target.Host, Kind = VerdictKind.Ok };
        });
    }

    private static int Finish(ParseResult parsed, FleetScreen screen, RunTotals totals)
    {
        if (!totals.AreAllOk)
            FleetSummary.Show(totals, run: null, screen);
        if (screen.Failure is { } broken)
            throw broken;
        return FleetOptions.StatusOf(parsed, totals);
    }
}
