using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RemoteShell.Cli.Server.Output;

/// <summary>Prints the help of a command, and examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["rsh-server"] = """
              rsh-server authorize 'ecdsa-sha2-nistp256 AAAA… anna@laptop'
              rsh-server run --listen '*:7022'
              rsh-server status
              rsh-server stop --grace 30s
            """,
        ["run"] = """
              rsh-server run                                     Listen on loopback only, port 7022.
              rsh-server run --listen '*:7022'                   Listen on all addresses.
              rsh-server run --listen 127.0.0.1:0 --port-file p  Pick a free port, and write it to a file.
              rsh-server run --shell /bin/sh                     Serve as a user whose login shell is nologin.
              rsh-server run --max-jobs 16 --idle-timeout 8h     Limit what clients may use.
            """,
        ["authorize"] = """
              ssh laptop rsh-client pubkey | rsh-server authorize -
              rsh-server authorize anna.pub
              rsh-server authorize 'from="10.0.0.0/8",no-chat ecdsa-sha2-nistp256 AAAA… anna@laptop'
            """,
        ["disconnect"] = """
              rsh-server status
              rsh-server disconnect 3
            """,
    };

    public override int Invoke(ParseResult parseResult)
    {
        int status = help.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        string name = command is RootCommand ? "rsh-server" : command.Name;
        if (command is RootCommand)
            Console.Out.WriteLine("In the descriptions of options, values in [ ] are defaults.\n");
        if (!Examples.TryGetValue(name, out string? examples))
            return status;
        Console.Out.WriteLine("Examples:");
        Console.Out.WriteLine(examples);
        Console.Out.WriteLine();
        return status;
    }
}
