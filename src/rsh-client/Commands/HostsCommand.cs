using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Brokers;
using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client hosts</c>: shows which hosts sets name. Nothing is connected.</summary>
internal static class HostsCommand
{
    private static readonly string[] Syntax =
    [
        "A set is written as for clush: web[1-20], web[001-020,035], rack[1-3]n[1-8/2]. From left to right, ',' or a space adds hosts, "
            + "'!' takes them away, '&' keeps those that are in both, and '^' those that are in one only. @GROUP stands for a group of "
            + "the configuration, @* for all groups, @file:PATH for a file of sets with # comments; * and ? fit hosts of the groups.",
        "USER and PORT count for each host of the set that has none. Several TARGETS are put together.",
    ];

    private static readonly Option<string> Broker = new("--broker")
    {
        Description = "List the hosts that are connected to this NATS broker: its address, or a host whose settings name it.",
        HelpName = "URL|HOST",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, one object per line." };

    public static Command Create()
    {
        var command = new DocumentedCommand("hosts", "Show which hosts a set or a group names, or which are connected to a broker.")
        {
            Details = ["With --broker: name, groups, version, since when it is connected, and the server's key, as each host says itself."],
            Examples = ["hosts --broker nats://hub:4222", "hosts expand '@web'"],
        };
        foreach (Option option in (Option[])[Broker, Json, HostOptions.Config])
            command.Add(option);
        foreach (Command inner in Inner())
            command.Add(inner);
        command.SetAction((parsed, token) => ClientCommand.AnswerAsync(() => ListAsync(parsed, token)));
        return command;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string broker = parsed.GetValue(Broker)
            ?? throw new UsageException("hosts needs a command or --broker", "see: rsh-client hosts --help");
        bool isUrl = broker.Contains("://", StringComparison.Ordinal);
        HostSettings settings = isUrl
            ? ClientConfiguration.Of(new HostQuery("", null, null), parsed.GetValue(HostOptions.Config))
            : HostOptions.Settings(parsed, broker);
        IReadOnlyList<string> arguments = isUrl
            ? [.. BrokerArguments.Of(broker, settings)]
            : HostOptions.BrokerOf(parsed, settings)
                ?? throw new FormatException($"the settings of '{broker}' name no broker; see: rsh-client config {broker}");
        IReadOnlyList<BrokerHost> hosts = await BrokerHosts.ListAsync(arguments, cancellationToken);
        if (parsed.GetValue(Json))
            BrokerHostTable.WriteJson(hosts, StandardStreams.Output);
        else
            BrokerHostTable.Write(hosts, StandardText.Output);
        return 0;
    }

    private static Command[] Inner() =>
    [
        CommandOf("expand", "Print each host in a line.", nodes => string.Join('\n', nodes.Names), "hosts expand 'web[1-20]!web7' @db"),
        CommandOf("fold", "Print the hosts as one set.", nodes => nodes.ToString(), "hosts fold - < hosts.txt"),
        CommandOf(
            "count",
            "Print the number of hosts.",
            nodes => nodes.Count.ToString(CultureInfo.InvariantCulture),
            "hosts count '@web&@prod'"),
    ];

    private static DocumentedCommand CommandOf(string name, string summary, Func<NodeSet, string> textOf, string example)
    {
        var command = new DocumentedCommand(name, summary) { Details = Syntax, Examples = [example] };
        command.Add(TargetOptions.All);
        command.Add(HostOptions.Config);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(async () =>
        {
            NodeGroups groups = FleetCommand.GroupsOf(parsed);
            StandardText.Output.WriteLine(textOf((await Targets.ReadAsync(parsed.GetValue(TargetOptions.All)!, groups)).Nodes));
            return 0;
        }));
        return command;
    }
}
