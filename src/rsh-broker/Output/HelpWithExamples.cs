using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RemoteShell.Cli.Broker.Output;

/// <summary>Prints the help of a command, and examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["rsh-broker"] = """
              rsh-server run --listen unix:/run/rsh/socket
              rsh-broker serve --url nats://hub:4222 --name web7 --server unix:/run/rsh/socket
              rsh-client run --broker nats://hub:4222 web7 uptime
            """,
        ["serve"] = """
              rsh-broker serve --url nats://hub:4222 --name web7 --server unix:/run/rsh/socket
              rsh-broker serve --url tls://hub1:4222,tls://hub2:4222 --credentials web7.creds \
                --name web7 --groups web,prod --server unix:/run/rsh/socket
            """,
        ["dial"] = """
              rsh-client run --proxy-command 'rsh-broker dial --url nats://hub:4222 %h' web7 uptime
            """,
    };

    private const string Notes = """
        In the descriptions of options, values in [ ] are defaults.

        TIME is a number and a unit: 250ms, 30s, 10m or 1h30m. Without a unit: seconds.

        Exit status: 0, 1 if something failed, 2 if the command line is wrong.

        Environment:
          NO_COLOR         Do not use colours in the log.

        """;

    /// <summary>The examples of a command, each in a line; null if there are none.</summary>
    public static string? ExamplesOf(string command) => Examples.GetValueOrDefault(command);

    public override int Invoke(ParseResult parseResult)
    {
        int status = help.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        string name = command is RootCommand ? "rsh-broker" : command.Name;
        if (command is RootCommand)
            Console.Out.WriteLine(Notes);
        if (!Examples.TryGetValue(name, out string? examples))
            return status;
        Console.Out.WriteLine("Examples:");
        Console.Out.WriteLine(examples);
        Console.Out.WriteLine();
        return status;
    }
}
