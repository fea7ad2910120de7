using System.CommandLine;
using System.Globalization;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client attach</c>: attaches to a job, as if <c>run</c> had started it here.</summary>
internal static class AttachCommand
{
    // The server first sends a screen, or its last lines.
    private const string EmptyScreen = "\u001b[0m\u001b[H\u001b[2J";

    private static readonly Option<bool> FromStart = new("--from-start")
    {
        Description = "Start with the first bytes that the server still has.",
    };
    private static readonly Option<string> From = new("--from")
    {
        Description = "Start at these byte offsets. A stream that is not named starts at its current end.",
        HelpName = "stdout=N,stderr=N",
    };

    private static readonly Option<bool> ReadOnly = new("--read-only")
    {
        Description = "Watch a job with a terminal, without typing and without taking it over.",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object with result and output at the end." };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">The subcommands of this program, for the words of a prompt.</param>
    public static Command Create(OwnCommands own)
    {
        var command = new DocumentedCommand("attach", "Resume a job: show its output from now on, and exit with its exit status.")
        {
            Details =
            [
                "Ctrl+C detaches, and the job runs on. But if the job has a terminal and this client runs on one, this client takes the " +
                "job over from the client that controls it, and Ctrl+C goes to the job; detach with ~d at the start of a line. With " +
                "--read-only, --from, --from-start or --json, this client only watches. The job of a 'connect' is taken over as a " +
                "prompt, with the folder, variables and functions of its shell.",
            ],
            Examples =
            [
                "attach server.example 576958v",
                "attach --from-start server.example 576958v",
                "attach --read-only server.example 576958v",
            ],
        };
        command.Add(HostOptions.Host);
        command.Add(JobOptions.Job);
        foreach (Option option in (Option[])[FromStart, From, ReadOnly, TerminalOptions.DetachKeys, RemoteText.Flag, Json])
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, own));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, OwnCommands own)
    {
        IReadOnlyDictionary<OutputStream, long>? from = Offsets(parsed.GetValue(From), parsed.GetValue(FromStart));
        if (LocalTerminal.IsThere && from is null && !parsed.GetValue(Json))
            return await OnTerminalAsync(parsed, own);
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        RemoteText? text = RemoteText.Of(parsed);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        string job = parsed.GetValue(JobOptions.Job)!;
        try
        {
            if (!parsed.GetValue(Json))
                return await ShowAsync(client, job, from, text, interrupts);
            await using var report = new JsonReport();
            var kept = new EncodedStreams(new() { Output = report.Output, Error = report.Error }, text);
            RemoteJob watched = await client.AttachAsync(job, from, kept.Streams, interrupts.Cancelled);
            CommandResult result = await watched.Completion;
            kept.Finish();
            await report.WriteAsync(result, StandardStreams.Output, watched.Begins);
            return ExitStatus.Of(result);
        }
        catch (OperationCanceledException)
        {
            UserMessages.Say($"detached; the job {job} runs on");
            return Interrupts.CancelledStatus;
        }
    }

    private static async Task<int> OnTerminalAsync(ParseResult parsed, OwnCommands own)
    {
        string host = parsed.GetValue(HostOptions.Host)!, job = parsed.GetValue(JobOptions.Job)!;
        ClientOptions plain = HostOptions.Options(parsed, host, UserMessages.Say);
        var session = new TerminalSession(host, TerminalOptions.KeysOf(parsed), recording: null, RemoteText.Of(parsed));
        ClientOptions options = session.Attend(plain);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        if (!parsed.GetValue(ReadOnly) && await IsConversationAsync(client, job, interrupts.Cancelled))
        {
            using IDisposable lent = interrupts.Lend();
            return await ConnectCommand.RunPromptAsync(parsed, own, (conversation, token) => conversation.TakeOverAsync(job, token));
        }

        try
        {
            return parsed.GetValue(ReadOnly)
                ? await session.WatchAsync((streams, token) => client.AttachAsync(job, from: null, streams, token), EmptyScreen, interrupts)
                : await session.RunAsync(
                    (streams, tty, token) => client.TakeOverAsync(job, new(tty.Term, tty.Columns, tty.Rows), streams, token),
                    EmptyScreen,
                    interrupts);
        }
        catch (OperationCanceledException)
        {
            UserMessages.Say($"detached; the job {job} runs on");
            return Interrupts.CancelledStatus;
        }
    }

    private static async Task<bool> IsConversationAsync(RemoteShellClient client, string job, CancellationToken cancellationToken)
    {
        IReadOnlyList<JobInfo> jobs = await client.ListJobsAsync(JobFilter.Running, cancellationToken);
        JobInfo[] named = [.. jobs.Where(info => info.Id.StartsWith(job, StringComparison.Ordinal))];
        return named is [{ IsConversation: true }];
    }

    private static async Task<int> ShowAsync(
        RemoteShellClient client, string job, IReadOnlyDictionary<OutputStream, long>? from, RemoteText? text, Interrupts interrupts)
    {
        var shown = new EncodedStreams(new() { Output = StandardStreams.Output, Error = StandardStreams.Error }, text);
        RemoteJob watched = await client.AttachAsync(job, from, shown.Streams, interrupts.Cancelled);
        foreach ((OutputStream name, long begin) in watched.Begins)
        {
            if (from?.TryGetValue(name, out long wanted) == true)
                LogsCommand.SayGone(JsonWords.Of(name), wanted, begin);
        }

        CommandResult result = await watched.Completion;
        shown.Finish();
        OutcomeMessages.Explain(result);
        OutcomeMessages.ExplainHeld(result);
        return ExitStatus.Of(result);
    }

    private static Dictionary<OutputStream, long>? Offsets(string? text, bool fromStart)
    {
        if (text is null)
            return fromStart ? new() { [OutputStream.StandardOutput] = 0, [OutputStream.StandardError] = 0 } : null;
        if (fromStart)
            throw new FormatException("--from and --from-start cannot be used together");
        var offsets = new Dictionary<OutputStream, long>();
        foreach (string part in text.Split(','))
        {
            string[] pair = part.Split('=');
            if (pair.Length != 2 || pair[0] is not ("stdout" or "stderr"))
                throw new FormatException($"--from takes stdout=OFFSET,stderr=OFFSET, not '{part}'");
            if (!long.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
                throw new FormatException($"--from takes stdout=OFFSET,stderr=OFFSET, not '{part}'");
            if (!offsets.TryAdd(JsonWords.Stream(pair[0]), offset))
                throw new FormatException($"--from names {pair[0]} twice");
        }

        return offsets;
    }
}
