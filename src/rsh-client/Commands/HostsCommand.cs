using System.CommandLine;
using System.Globalization;
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

    public static Command Create() => new DocumentedCommand("hosts", "Show which hosts a set or a group names.")
    {
        Subcommands =
        {
            CommandOf("expand", "Print each host in a line.", nodes => string.Join('\n', nodes.Names), "hosts expand 'web[1-20]!web7' @db"),
            CommandOf("fold", "Print the hosts as one set.", nodes => nodes.ToString(), "hosts fold - < hosts.txt"),
            CommandOf(
                "count",
                "Print the number of hosts.",
                nodes => nodes.Count.ToString(CultureInfo.InvariantCulture),
                "hosts count '@web&@prod'"),
        },
    };

    private static DocumentedCommand CommandOf(string name, string summary, Func<NodeSet, string> textOf, string example)
    {
        var command = new DocumentedCommand(name, summary) { Details = Syntax, Examples = [example] };
        command.Add(TargetOptions.All);
        command.Add(HostOptions.Config);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(async () =>
        {
            var groups = new ConfiguredGroups(parsed.GetValue(HostOptions.Config));
            StandardText.Output.WriteLine(textOf((await Targets.ReadAsync(parsed.GetValue(TargetOptions.All)!, groups)).Nodes));
            return 0;
        }));
        return command;
    }
}
