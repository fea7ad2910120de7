using System.CommandLine;
using System.Text;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client run</c>: one command, its output, its exit status.</summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> Words = new("COMMAND")
    {
        Description = "One word is a command line for the shell there; two or more are a program and its exact arguments.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Shell = new("--shell") { Description = "Join the words with spaces, and give them to the shell there." };
    private static readonly Option<bool> Exec = new("--exec") { Description = "Take even one word as a program; no shell touches it." };
    private static readonly Option<bool> Stdin = new("--stdin", "-i") { Description = "Forward standard input." };
    private static readonly Option<string> Cwd = new("--cwd") { Description = "The working directory there. Default: the user's home, from which a relative one counts.", HelpName = "DIR" };
    private static readonly Option<string[]> Env = new("--env") { Description = "Add a variable; may be given more than once.", HelpName = "NAME=VALUE" };
    private static readonly Option<TimeSpan?> Timeout = HostOptions.DurationFlag("--timeout", "End the command after this time, with status 124.");
    private static readonly Option<string> Digest = new Option<string>("--digest") { Description = "How the output's digests are computed.", DefaultValueFactory = _ => "crc32c" }
        .AcceptOnlyFromAmong("crc32c", "sha256");

    private static readonly Option<bool> Detach = new("--detach", "-d") { Description = "Print the job's id and return; the job lives without this client and without the server." };
    private static readonly Option<string> Disconnect = new("--on-disconnect") { Description = "What happens to the command when this client is gone: kill, keep, or keep:TIME. Default: keep:60s.", HelpName = "POLICY" };
    private static readonly Option<string> Full = new Option<string>("--on-full") { Description = "What happens when what nobody has read reaches the server's quota. Default: hold." }.AcceptOnlyFromAmong(OnFull.Pause, OnFull.DropOldest, OnFull.Kill);
    private static readonly Option<bool> Tty = new("--tty", "-t") { Description = "Give the command a terminal: this one, keys and all. Twice: also where there is none here." };
    private static readonly Option<bool> AnyTty = new("-tt") { Description = "The same as -t twice.", Hidden = true };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object at the end, with the output in it; without a result there is none, and the status is 255." };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Drop the server's notices, and what is said of processes left behind." };

    public static Command Create()
    {
        var command = new Command("run", "Run a command. Options stand before HOST; everything after it belongs to the command.")
        {
            HostOptions.Host, Words, Shell, Exec, Stdin, Cwd, Env, Timeout, Tty, AnyTty, TerminalOptions.DetachKeys, Detach, Disconnect, Full, Digest, RemoteText.Flag, Json, Quiet,
        };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        bool quiet = parsed.GetValue(Quiet);
        RemoteCommand command = CommandOf(parsed);
        bool hasTerminal = HasTerminal(parsed);
        if (hasTerminal && LocalTerminal.IsThere)
            return await TerminalOptions.RunAsync(parsed, command, record: null);
        if (hasTerminal)
            command = command with { Terminal = LocalTerminal.DescribeRemote() };
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, quiet ? _ => { } : UserMessages.Say);
        RemoteText? text = RemoteText.Of(parsed, options);
        command = command with { Encoding = text?.Name };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        if (parsed.GetValue(Detach))
            return await DetachAsync(client, command, parsed, interrupts);
        Stream? input = parsed.GetValue(Stdin) || hasTerminal ? StandardStreams.Input : null;
        if (parsed.GetValue(Json))
        {
            await using var report = new JsonReport();
            CommandResult silent = await ExecuteAsync(client, command, new() { Output = report.Output, Error = report.Error, Input = input }, interrupts, text);
            await report.WriteAsync(silent, StandardStreams.Output);
            return ExitStatus.Of(silent);
        }

        CommandResult result = await ExecuteAsync(client, command, new() { Output = StandardStreams.Output, Error = StandardStreams.Error, Input = input }, interrupts, text);
        Explain(result);
        if (!quiet)
            ExplainHeld(result);
        if (result.ExitCode == 127 && parsed.GetValue(Words)![0].StartsWith('-'))
            UserMessages.Say("options stand before HOST; everything after it belongs to the command");
        return ExitStatus.Of(result);
    }

    private static async Task<int> DetachAsync(RemoteShellClient client, RemoteCommand command, ParseResult parsed, Interrupts interrupts)
    {
        string job = await client.DetachAsync(command, interrupts.GivenUp);
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
            return UserMessages.Fail(ExitStatus.Failed, $"the job {job} runs, but its id cannot be printed: {e.Message}", $"end it, if nobody is to have it: rsh-client kill HOST {job}");
        }
    }

    /// <summary>Runs the command to its end; Ctrl+C goes to it first.</summary>
    public static async Task<CommandResult> ExecuteAsync(RemoteShellClient client, RemoteCommand command, CommandStreams streams, Interrupts interrupts, RemoteText? text = null)
    {
        var encoded = new EncodedStreams(streams, text);
        command = command.WithJobId(JobId.New());
        // The first Ctrl+C may come before the server has answered; then the signal follows the start.
        var started = new TaskCompletionSource<RemoteJob>(TaskCreationOptions.RunContinuationsAsynchronously);
        interrupts.PassTo(() =>
        {
            if (!client.IsConnected)
                UserMessages.Say("the interrupt goes to the command as soon as there is a connection; Ctrl+C again gives it up");
            started.Task.ContinueWith(start => start.Result.Signal("INT"), TaskContinuationOptions.OnlyOnRanToCompletion);
        });
        try
        {
            RemoteJob job = await client.StartAsync(command, encoded.Streams, interrupts.GivenUp);
            started.SetResult(job);
            CommandResult result = await job.Completion;
            encoded.Finish();
            return result;
        }
        catch (OperationCanceledException) when (!client.IsConnected)
        {
            UserMessages.Say($"there is no connection to end the job {command.JobId} over; it goes on as its policy says ({command.OnDisconnect})");
            throw;
        }
        finally
        {
            interrupts.PassTo(null);
        }
    }

    /// <summary>Says what the exit status alone does not.</summary>
    public static void Explain(CommandResult result)
    {
        if (ExitStatus.Sentence(result) is { } sentence)
            UserMessages.Say(sentence);
    }

    /// <summary>Says whose output is not seen any more.</summary>
    public static void ExplainHeld(CommandResult result)
    {
        if (result.Held.Count > 0)
            UserMessages.Say($"a process that the command left behind still holds its {string.Join(" and ", result.Held.Select(JsonWords.Of))}; what it writes from now on is not seen");
    }

    private static bool HasTerminal(ParseResult parsed)
    {
        int times = parsed.GetValue(AnyTty) ? 2 : parsed.GetResult(Tty)?.IdentifierTokenCount ?? 0;
        if (times > 0 && (parsed.GetValue(Detach) || (parsed.GetValue(Json) && LocalTerminal.IsThere)))
            throw new FormatException($"{(parsed.GetValue(Detach) ? "--detach" : "--json")} and --tty exclude each other");
        if (times == 1 && !LocalTerminal.IsThere)
            throw new FormatException("--tty needs a terminal here, on standard input and output; give it twice (-tt) to have one there all the same");
        return times > 0;
    }

    private static RemoteCommand CommandOf(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Words)!;
        bool shell = parsed.GetValue(Shell), exec = parsed.GetValue(Exec);
        if (shell && exec)
            throw new FormatException("--shell and --exec exclude each other");
        if (parsed.GetValue(Detach) && parsed.GetValue(Disconnect) is not null)
            throw new FormatException("--detach and --on-disconnect exclude each other: a detached command needs no client");
        if (parsed.GetValue(Detach) && parsed.GetValue(Stdin))
            throw new FormatException("--detach and --stdin exclude each other: a detached command has no standard input");
        if (parsed.GetValue(Cwd) is "")
            throw new FormatException("--cwd is empty; leave it out for the home folder");
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
            OnDisconnect = parsed.GetValue(Disconnect) is { } policy ? DisconnectPolicy.Parse(policy) : command.OnDisconnect,
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
