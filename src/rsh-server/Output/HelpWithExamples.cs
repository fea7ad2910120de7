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
              rsh-server run --listen unix:/run/rsh/tunnels      Listen on a unix socket, and on no port.
              rsh-server run --shell /bin/sh                     Serve as a user whose login shell is nologin.
              rsh-server run --max-jobs 16 --idle-timeout 8h     Limit what clients may use.
              rsh-server run --record exec,tty                   Record terminals, and the output of commands.
              rsh-server run --check                             Say what is wrong with /etc/rsh-server/config.
            """,
        ["authorize"] = """
              ssh laptop rsh-client pubkey | rsh-server authorize -
              rsh-server authorize anna.pub
              rsh-server authorize 'from="10.0.0.0/8",no-chat ecdsa-sha2-nistp256 AAAA… anna@laptop'
              rsh-server authorize 'command="backup --to -" ecdsa-sha2-nistp256 AAAA… backup'
              rsh-server authorize --explain anna@laptop run uptime -p
              rsh-server authorize --explain backup get /etc/passwd
              rsh-server authorize --explain SHA256:2Mz… forward db:5432
            """,
        ["keys"] = """
              rsh-server keys
              rsh-server keys --json | jq -r 'select(.unused) | .key'
            """,
        ["revoke"] = """
              rsh-server revoke anna@laptop
              rsh-server revoke --add-to-revoked-list SHA256:2Mz…
            """,
        ["invite"] = """
              rsh-server invite
              rsh-server invite --name anna --expires 1h
              rsh-server invite --name backup --host db.example 'from="10.0.0.0/8"' no-chat
            """,
        ["show"] = """
              rsh-server audit show --since 1h
              rsh-server audit show --key anna --failed
              rsh-server audit show --job 3f2a --json
            """,
        ["verify"] = """
              rsh-server audit verify
              rsh-server audit verify --head "$(cat /mnt/elsewhere/audit-head)"
              rsh-server audit verify --host-key SHA256:2Mz… copy/*.jsonl
            """,
        ["head"] = """
              rsh-server audit head | ssh elsewhere 'cat >> audit-heads'
            """,
        ["jobs"] = """
              rsh-server jobs
              rsh-server jobs --all --json
            """,
        ["kill"] = """
              rsh-server kill 4f2a
              rsh-server kill --signal HUP 4f2a 77c0
            """,
        ["record"] = """
              rsh-server record list
              rsh-server record play 4f2a
              rsh-server record export --text 4f2a output.txt
            """,
        ["disconnect"] = """
              rsh-server status
              rsh-server disconnect 3
            """,
    };

    private const string Notes = """
        In the descriptions of options, values in [ ] are defaults.

        TIME is a number and a unit: 250ms, 30s, 10m, 1h30m or 1d, at most 45d. Without
        a unit: seconds.
        SIZE is a number of bytes, or one with a unit: 64K, 16M, 1G or 2T. K is 1024
        bytes, M is 1024 K, and so on.

        Exit status: 0, 1 if something failed, 2 if the command line is wrong.

        Environment:
          RSH_HOME         Keep all files in $RSH_HOME/server.
          XDG_CONFIG_HOME  Keep keys in $XDG_CONFIG_HOME/rsh-server
                           [~/.config/rsh-server].
          XDG_STATE_HOME   Keep jobs and logs in $XDG_STATE_HOME/rsh-server
                           [~/.local/state/rsh-server].
          NO_COLOR         Do not use colours in the log.

        """;

    /// <summary>The examples of a command, each in a line; null if there are none.</summary>
    public static string? ExamplesOf(string command) => Examples.GetValueOrDefault(command);

    public override int Invoke(ParseResult parseResult)
    {
        int status = help.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        string name = command is RootCommand ? "rsh-server" : command.Name;
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
