using System.CommandLine;
using System.Text;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Execution;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client run</c>: runs a command, shows its output, and exits with its exit status.</summary>
internal static class RunCommand
{
    private static readonly Option<bool> Tty = new("--tty", "-t")
    {
        Description = "Run the command on a terminal at the server, which this terminal shows. "
            + "-tt: give the command a terminal even if this client has none.",
    };

    private static readonly Option<bool> AnyTty = new("-tt") { Description = "The same as -t twice.", Hidden = true };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON object with result and output at the end. If there is no verified result, print nothing and exit "
            + "with 255.",
    };

    private static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Suppress notices from the server, and warnings about leftover processes.",
    };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">Reads a command line again for each host of a set.</param>
    /// <param name="words">The words of the command line.</param>
    public static Command Create(OwnCommands own, IReadOnlyList<string> words)
    {
        var command = new DocumentedCommand("run", "Run a command, and exit with its exit status.")
        {
            Details =
            [
                "Options stand before HOST. Everything after HOST belongs to the command. " +
                "Ctrl+C sends SIGINT to the command; a second Ctrl+C ends it.",
                "HOST can be a set of hosts: 'web[1-20]', a,b, @GROUP of the configuration, '@web!web7' (without), '@web&@prod' (in " +
                "both), with USER@ before it and :PORT behind it; - reads sets from standard input. Each host has one verdict, and its " +
                "output is shown in whole lines behind its name; --json prints a line for each host. The first Ctrl+C says which hosts " +
                "run, the second ends them. The run is kept: see 'runs'. For a set, --digest is sha256 and --on-disconnect is keep:24h, " +
                "unless you say otherwise.",
            ],
            Examples =
            [
                "run server.example uname -a",
                "run server.example 'grep error /var/log/syslog | tail -3'",
                "run -i server.example 'cat > file' < file",
                "run --timeout 10m --json server.example make test",
                "run --detach server.example ./backup.sh",
                "run --group 'web[1-20]' cat /etc/os-release",
                "run --canary 1 --max-fail 2 @web ./deploy",
            ],
        };
        command.Add(HostOptions.Host);
        command.Add(CommandOptions.Words);
        foreach (Option option in (Option[])[.. CommandOptions.All, Tty, AnyTty, Json, Quiet])
            command.Add(option);
        foreach (Option option in (Option[])[.. FleetOptions.All, .. BroadcastOptions.All])
            command.Add(option);
        foreach (Option option in (Option[])[RemoteText.Flag, TerminalOptions.DetachKeys, .. ForwardOptions.All])
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => Targets.IsSet(parsed.GetValue(HostOptions.Host)!)
            ? RunManyAsync(parsed, new(words, own.Read(words)))
            : RunAsync(parsed));
        return command;
    }

    private static Task<int> RunManyAsync(ParseResult parsed, RunLine line)
    {
        foreach (Option option in (Option[])[Tty, AnyTty, CommandOptions.Detach, .. ForwardOptions.All])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new FormatException($"{option.Name} is for one host, not for a set of hosts");
        }

        string targets = parsed.GetValue(HostOptions.Host)!;
        if (targets == Targets.StandardInput && parsed.GetValue(CommandOptions.Stdin))
        {
            throw new UsageException(
                "standard input cannot be both the list of hosts and the input of the commands",
                "write the hosts to a file: rsh-client run -i @file:PATH COMMAND");
        }

        return FleetCommand.StartAsync(line, targets, new(parsed.GetValue(Json), parsed.GetValue(Quiet)));
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (FleetOptions.FirstGiven(parsed) is { } many)
            throw new FormatException($"{many} is for a set of hosts, such as web[1-3]");
        bool quiet = parsed.GetValue(Quiet);
        Action<string> noticed = quiet ? _ => { } : UserMessages.Say;
        RemoteCommand command = CommandOptions.CommandOf(parsed);
        if (parsed.GetValue(Json) && !parsed.GetValue(CommandOptions.Detach))
            SpoolStream.CheckFolder();
        bool hasTerminal = HasTerminal(parsed);
        if (hasTerminal && LocalTerminal.IsThere)
            return await TerminalOptions.RunAsync(parsed, command, record: null, noticed);
        if (hasTerminal)
            command = command with { Terminal = LocalTerminal.DescribeRemote() };
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, noticed);
        options = HostOptions.For(command, options);
        RemoteText? text = RemoteText.Of(parsed);
        command = command with { Encoding = text?.Name };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        await using IAsyncDisposable forwards = await ForwardOptions.StartAsync(parsed, client, interrupts.Cancelled);
        if (parsed.GetValue(CommandOptions.Detach))
            return await DetachAsync(client, command, parsed, interrupts);
        Stream? input = parsed.GetValue(CommandOptions.Stdin) || hasTerminal ? StandardStreams.Input : null;
        if (parsed.GetValue(Json))
        {
            await using var report = new JsonReport();
            var kept = new CommandStreams { Output = report.Output, Error = report.Error, Input = input };
            CommandResult silent = await CommandRunner.RunAsync(client, command, kept, interrupts, text);
            await report.WriteAsync(silent, StandardStreams.Output);
            return ExitStatus.Of(silent);
        }

        var shown = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error, Input = input };
        CommandResult result = await CommandRunner.RunAsync(client, command, shown, interrupts, text);
        OutcomeMessages.Explain(result);
        if (!quiet)
            OutcomeMessages.ExplainHeld(result);
        if (result.ExitCode == 127 && parsed.GetValue(CommandOptions.Words)![0].StartsWith('-'))
            UserMessages.Say("options must stand before HOST; everything after HOST belongs to the command");
        return ExitStatus.Of(result);
    }

    private static async Task<int> DetachAsync(RemoteShellClient client, RemoteCommand command, ParseResult parsed, Interrupts interrupts)
    {
        string job = await client.DetachAsync(command, interrupts.Cancelled);
        try
        {
            if (parsed.GetValue(Json))
                JobsReport.Write(job, "detached", StandardStreams.Output);
            else
                StandardStreams.Output.Write(Encoding.ASCII.GetBytes($"{job}\n"));
            return 0;
        }
        catch (IOException e)
        {
            string what = $"the job {job} runs, but its id cannot be printed: {e.Message}";
            return UserMessages.Fail(ExitStatus.NoConnection, what, $"to end it: rsh-client kill HOST {job}");
        }
    }

    private static bool HasTerminal(ParseResult parsed)
    {
        int times = parsed.GetValue(AnyTty) ? 2 : parsed.GetResult(Tty)?.IdentifierTokenCount ?? 0;
        if (times > 0 && (parsed.GetValue(CommandOptions.Detach) || (parsed.GetValue(Json) && LocalTerminal.IsThere)))
        {
            string other = parsed.GetValue(CommandOptions.Detach) ? "--detach" : "--json";
            throw new FormatException($"{other} and --tty cannot be used together");
        }

        if (times == 1 && !LocalTerminal.IsThere)
        {
            throw new FormatException(
                "--tty needs a terminal here, on standard input and output; -tt gives the command a terminal without one");
        }

        return times > 0;
    }
}
