using System.CommandLine;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>A command on each host.</summary>
/// <param name="line">The command line.</param>
/// <param name="connections">How the hosts are reached.</param>
internal sealed class CommandWork(RunLine line, FleetConnections connections) : FleetWork
{
    // What is collected is acknowledged only when it is on the disk: a client that is killed has a day to be followed by another.
    private static readonly DisconnectPolicy KeepForADay = DisconnectPolicy.KeepFor(TimeSpan.FromHours(24));

    private readonly Dictionary<string, Prepared> _hosts = new(StringComparer.Ordinal);
    private LineCommand? _shared;

    public override string Text => _hosts.Values.First().What.Command.Text;

    public override void Prepare(IReadOnlyCollection<string> hosts)
    {
        // A table that grows step by step would be copied again and again.
        _hosts.EnsureCapacity(hosts.Count);
        foreach (string host in hosts)
        {
            Prepared prepared = Read(host, _hosts.Count);
            // Whether all hosts get one request is known only when all are prepared, which needs memory already.
            if (_hosts.Count == 0 && prepared.Broker is not null)
                BroadcastMemory.Reserve(hosts.Count);
            _hosts.Add(host, prepared);
        }
    }

    /// <summary>What is done on a host.</summary>
    public HostCommand Of(string host) => _hosts[host].What;

    /// <summary>The options of the broker through which a host is reached; null: it is reached in another way.</summary>
    public IReadOnlyList<string>? BrokerOf(string host) => _hosts[host].Broker;

    /// <summary>The encoding of the text of a host; null: UTF-8.</summary>
    public RemoteText? TextOf(string host) => _hosts[host].Text;

    /// <summary>The number of a host, from 0.</summary>
    public int NumberOf(string host) => _hosts[host].Number;

    public override async Task<HostVerdict> RunAsync(FleetRound round, RunTarget target)
    {
        Prepared host = _hosts[target.Host];
        await using Stream? input = round.Run.Record.HasInput ? round.Run.Input.Open() : null;
        HostView shown = round.View.Begin(target, host.Number);
        EncodedStreams streams = shown.Streams(input, host.Text);
        HostVerdict verdict = await new HostRunner(round.Run, round.Stop).RunAsync(target, host.What, round.Origin, streams.Streams);
        streams.Finish();
        await CompleteAsync(shown, round.Stop.Token);
        return verdict;
    }

    public override Task<HostVerdict> KillAsync(FleetRound round, RunTarget target)
        => new HostRunner(round.Run, round.Stop).KillAsync(target, _hosts[target.Host].What);

    /// <summary>Shows last lines that have no end, unless the run ends.</summary>
    public static async Task CompleteAsync(HostView shown, CancellationToken cancellationToken)
    {
        try
        {
            await shown.CompleteAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The run ends, and no program reads its output.
        }
    }

    private Prepared Read(string host, int number)
    {
        ParseResult parsed = line.For(host);
        // Hosts without settings of their own have the same command line.
        if (_shared is null || _shared.Parsed != parsed)
            _shared = Read(parsed);
        (_, RemoteText? text, RemoteCommand command) = _shared;
        ClientOptions connection = HostOptions.For(command, connections.Of(parsed, host));
        return new(new(connection, command), text, number, HostOptions.BrokerOf(parsed, HostOptions.Settings(parsed, host)));
    }

    private static LineCommand Read(ParseResult parsed)
    {
        RemoteText? text = RemoteText.Of(parsed);
        RemoteCommand command = CommandOptions.CommandOf(parsed) with { Encoding = text?.Name };
        // Equal output is found by its digest, which must be a cryptographic one.
        if (!CommandOptions.HasDigest(parsed) || FleetOptions.IsGrouped(parsed) || FleetOptions.IsDiff(parsed))
            command = command.WithDigest(DigestAlgorithm.Sha256);
        if (!CommandOptions.HasDisconnect(parsed))
            command = command.WithDisconnectPolicy(KeepForADay);
        return new(parsed, text, command);
    }

    private sealed record LineCommand(ParseResult Parsed, RemoteText? Text, RemoteCommand Command);

    private sealed record Prepared(HostCommand What, RemoteText? Text, int Number, IReadOnlyList<string>? Broker);
}
