using System.CommandLine;
using System.Text;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Execution;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client run</c>: runs a command, shows its output, and exits with its exit status.</summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> Words = new("COMMAND")
    {
        Description = "One argument is a command line for the shell of the server's user. " +
            "Two or more are a program and its exact arguments, without a shell.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Shell = new("--shell")
    {
        Description = "Join the words with spaces, and pass them to the shell of the server's user.",
    };
    private static readonly Option<bool> Exec = new("--exec") { Description = "Run a single argument as a program, without a shell." };
    private static readonly Option<bool> Stdin = new("--stdin", "-i")
    {
        Description = "Forward standard input. Without it, the command's input is empty.",
    };
    private static readonly Option<string> Cwd = new("--cwd")
    {
        Description = "Set the working directory [the home directory of the server's user]. A relative path starts there.",
        HelpName = "DIR",
    };

    private static readonly Option<string[]> Env = new("--env")
    {
        Description = "Set an environment variable. Repeat it for more variables.",
        HelpName = "NAME=VALUE",
    };

    private static readonly Option<TimeSpan?> Timeout = HostOptions.DurationFlag(
        "--timeout", "End the command after this time, with exit status 124 [no limit].");
    private static readonly Option<string> Digest = new Option<string>("--digest")
    {
        Description = "The algorithm of the output's digest [crc32c].",
        HelpName = "crc32c|sha256",
        DefaultValueFactory = _ => "crc32c",
    }.OneOf("crc32c", "sha256");

    private static readonly Option<bool> Detach = new("--detach", "-d")
    {
        Description = "Print the job's id, and return. The job outlives this client and a restart of the server.",
    };

    private static readonly Option<string> Disconnect = new("--on-disconnect")
    {
        Description = "What to do when the client disappears: kill the command, keep it running, or keep it for TIME [keep:60s].",
        HelpName = "kill|keep|keep:TIME",
    };

    private static readonly Option<string> Full = new Option<string>("--on-full")
    {
        Description = "What to do when the stored output reaches its quota. For a detached job, all output counts; otherwise, only output "
            + "that the client has not received. hold pauses the command [hold].",
        HelpName = "hold|drop-oldest|kill",
    }.OneOf(OnFull.Pause, OnFull.DropOldest, OnFull.Kill);

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

    public static Command Create()
    {
        var command = new DocumentedCommand("run", "Run a command, and exit with its exit status.")
        {
            Details =
            [
                "Options stand before HOST. Everything after HOST belongs to the command. " +
                "Ctrl+C sends SIGINT to the command; a second Ctrl+C ends it.",
            ],
            Examples =
            [
                "run server.example uname -a",
                "run server.example 'grep error /var/log/syslog | tail -3'",
                "run -i server.example 'cat > file' < file",
                "run --timeout 10m --json server.example make test",
                "run --detach server.example ./backup.sh",
            ],
        };
        command.Add(HostOptions.Host);
        command.Add(Words);
        foreach (Option option in (Option[])[Stdin, Tty, AnyTty, Cwd, Env, Shell, Exec, Timeout, Detach, Disconnect, Full, Json, Quiet])
            command.Add(option);
        foreach (Option option in (Option[])[Digest, RemoteText.Flag, TerminalOptions.DetachKeys, .. ForwardOptions.All])
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        bool quiet = parsed.GetValue(Quiet);
        RemoteCommand command = CommandOf(parsed);
        if (parsed.GetValue(Json) && !parsed.GetValue(Detach))
            SpoolStream.CheckFolder();
        bool hasTerminal = HasTerminal(parsed);
        if (hasTerminal && LocalTerminal.IsThere)
            return await TerminalOptions.RunAsync(parsed, command, record: null);
        if (hasTerminal)
            command = command with { Terminal = LocalTerminal.DescribeRemote() };
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, quiet ? _ => { } : UserMessages.Say);
        options = HostOptions.For(command, options);
        RemoteText? text = RemoteText.Of(parsed);
        command = command with { Encoding = text?.Name };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        await using IAsyncDisposable forwards = await ForwardOptions.StartAsync(parsed, client, interrupts.Cancelled);
        if (parsed.GetValue(Detach))
            return await DetachAsync(client, command, parsed, interrupts);
        Stream? input = parsed.GetValue(Stdin) || hasTerminal ? StandardStreams.Input : null;
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
        if (result.ExitCode == 127 && parsed.GetValue(Words)![0].StartsWith('-'))
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
        if (times > 0 && (parsed.GetValue(Detach) || (parsed.GetValue(Json) && LocalTerminal.IsThere)))
            throw new FormatException($"{(parsed.GetValue(Detach) ? "--detach" : "--json")} and --tty cannot be used together");
        if (times == 1 && !LocalTerminal.IsThere)
        {
            throw new FormatException(
                "--tty needs a terminal here, on standard input and output; -tt gives the command a terminal without one");
        }

        return times > 0;
    }

    private static RemoteCommand CommandOf(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Words)!;
        bool shell = parsed.GetValue(Shell), exec = parsed.GetValue(Exec);
        if (shell && exec)
            throw new FormatException("--shell and --exec cannot be used together");
        if (parsed.GetValue(Detach) && parsed.GetValue(Disconnect) is not null)
            throw new FormatException("--detach and --on-disconnect cannot be used together: a detached command does not need a client");
        if (parsed.GetValue(Detach) && parsed.GetValue(Stdin))
            throw new FormatException("--detach and --stdin cannot be used together: a detached command has no standard input");
        if (parsed.GetValue(Cwd) is "")
            throw new FormatException("--cwd is empty; leave it out to use the home folder");
        if (parsed.GetValue(Timeout) < TimeSpan.FromMilliseconds(1))
            throw new FormatException("--timeout must be at least 1ms");
        if (words.All(string.IsNullOrWhiteSpace))
            throw new FormatException("the command is empty");
        bool isLine = shell || (words.Length == 1 && !exec);
        RemoteCommand command = isLine ? RemoteCommand.Shell(string.Join(' ', words)) : RemoteCommand.Exact(words);
        return command with
        {
            WorkingDirectory = parsed.GetValue(Cwd),
            Environment = parsed.GetValue(Env) is { Length: > 0 } variables ? Variables(variables) : null,
            Timeout = parsed.GetValue(Timeout),
            Digest = JsonWords.Digest(parsed.GetValue(Digest)!),
            OnDisconnect = DisconnectOption.PolicyOf(parsed, Disconnect) ?? command.OnDisconnect,
            OnFull = parsed.GetValue(Full) is { } full ? JsonWords.Quota(full) : command.OnFull,
        };
    }

    private static Dictionary<string, string> Variables(string[] texts)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new FormatException($"--env takes NAME=VALUE, not '{text}'");
            variables[text[..equals]] = text[(equals + 1)..];
        }

        return variables;
    }
}
