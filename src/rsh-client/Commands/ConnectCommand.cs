using System.CommandLine;
using System.Text;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Prompt.Syntax;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client connect</c>: a prompt whose lines run at the server, one after the other.</summary>
internal static class ConnectCommand
{
    private const string Exit = "exit";

    private static readonly string[] ExitWords = [Exit, "logout"];

    /// <summary>Creates the subcommand.</summary>
    /// <param name="again">Runs a command line of this program, for commands such as <c>jobs</c> at the prompt.</param>
    public static Command Create(Func<IReadOnlyList<string>, Task<int>> again)
    {
        var command = new DocumentedCommand("connect", "Open a prompt; each line runs as a command.")
        {
            Details =
            [
                "One shell runs all lines, so folder, variables and functions persist. Each line has its own exit status and verified " +
                "output. Type :help for more. Without a terminal the lines are read from standard input, as a script.",
            ],
            Examples = ["connect server.example", "connect server.example < commands.txt"],
        };
        command.Add(HostOptions.Host);
        command.Add(RemoteText.Flag);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, again));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, Func<IReadOnlyList<string>, Task<int>> again)
        => Console.IsInputRedirected
            ? RunScriptAsync(parsed)
            : RunPromptAsync(parsed, again, (conversation, token) => conversation.StartAsync(token));

    // As a shell does with a script: the end of the shell is the end of the script, and an error of the conversation stops it.
    private static async Task<int> RunScriptAsync(ParseResult parsed)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        ClientOptions options = HostOptions.Options(parsed, host, UserMessages.Say);
        RemoteText? text = RemoteText.Of(parsed, options);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
        var late = new EncodedStreams(streams, text);
        var how = new ConversationOptions
        {
            Mode = ConversationMode.Script,
            Encoding = text?.Name,
            OnDisconnect = RemoteCommand.LoginShell().OnDisconnect,
        };
        await using var conversation = new PromptConversation(client, how, late.Streams, text);
        await conversation.StartAsync(interrupts.Cancelled);
        ILineReader lines = new PipeLineReader(StandardStreams.Input, new ShellSyntax(client, conversation));
        bool hasEnded = false;
        while (!hasEnded)
        {
            string line = await lines.ReadAsync(conversation.Folder, interrupts.Cancelled) ?? Exit;
            if (line.AsSpan().Trim().IsEmpty)
                continue;
            CommandResult result = await conversation.RunAsync(line, streams, interrupts);
            if (result.Outcome == CommandOutcome.NeverStarted)
                return ExitStatus.NoConnection;
            hasEnded = result.WorkingDirectory is null;
        }

        CommandResult ended = await conversation.EndAsync();
        late.Finish();
        return ExitStatus.Of(ended);
    }

    /// <summary>Runs a prompt on a terminal.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="again">Runs a command line of this program, for commands such as <c>:jobs</c> at the prompt.</param>
    /// <param name="begin">Starts the conversation, or takes one over.</param>
    public static async Task<int> RunPromptAsync(
        ParseResult parsed,
        Func<IReadOnlyList<string>, Task<int>> again,
        Func<PromptConversation, CancellationToken, Task> begin)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        PromptCommands? prompted = null;
        EditingLineReader? edited = null;
        ClientOptions options = HostOptions.Options(parsed, host, text => Say(text, session => session.Show(text))) with
        {
            Lost = reason => Say($"lost the connection to {host}, reconnecting: {reason}", session => session.Lost(reason)),
            MessageOfTheDay = UserMessages.Announce,
            Restored = () => prompted?.OnTerminal?.Restored(),
        };
        RemoteText? text = RemoteText.Of(parsed, options);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        var lateOutput = new EncodedStreams(
            new() { Output = new LateOutput(StandardStreams.Output, Show), Error = new LateOutput(StandardStreams.Error, Show) }, text);
        await using var conversation = new PromptConversation(client, new() { Encoding = text?.Name }, lateOutput.Streams, text);
        await begin(conversation, interrupts.Cancelled);
        prompted = new(client, host, conversation, RunLocallyAsync, () => edited?.TakeTyped() ?? []);
        PromptText prompt = await WhoAmIAsync(client, host, interrupts.Cancelled);
        if (EditingLineReader.IsSupported)
        {
            var known = new KnownCommands(conversation);
            var editing = new LineEditorOptions
            {
                Completion = new ConversationCompletion(conversation),
                Completeness = new ShellCompleteness(new ShellSyntax(client, conversation)),
                Colours = new LineColours(known.IsKnown, LocalCommands.Names),
                LendInterrupts = interrupts.Lend,
            };
            edited = new(prompt.Parts, History.Open(options.Folder, "history", host), editing);
        }

        using EditingLineReader? ended = edited;
        return await RunLinesAsync(
            edited ?? (ILineReader)new PlainLineReader(folder => string.Concat(prompt.Parts(folder).Select(part => part.Text))),
            conversation,
            prompted,
            interrupts);

        Task<int> RunLocallyAsync(IReadOnlyList<string> arguments)
        {
            IEnumerable<string> encoding = arguments[0] == "attach" ? RemoteText.Given(parsed) : [];
            return again([arguments[0], .. HostOptions.Given(parsed), .. encoding, .. arguments.Skip(1)]);
        }

        void Say(string text, Action<Terminals.TerminalSession> onTerminal)
        {
            if (prompted?.OnTerminal is { } running)
                onTerminal(running);
            else if (edited is not null)
                edited.Say(text);
            else
                UserMessages.Say(text);
        }

        bool Show(string text) => edited?.TryShow(text) == true;
    }

    private static async Task<int> RunLinesAsync(
        ILineReader lines, PromptConversation conversation, PromptCommands commands, Interrupts interrupts)
    {
        int status = 0;
        while (true)
        {
            interrupts.PassTo(lines.Interrupt);
            string? line = await ReadAsync(lines, conversation, interrupts);
            try
            {
                // Ctrl+D is the word that leaves a shell.
                if (line is null || LocalCommands.Leaves(line))
                    line = Exit;
                if (line.AsSpan().Trim().IsEmpty)
                    continue;
                status = await commands.RunAsync(line, interrupts);
                lines.SetStatus(status);
                if (!conversation.HasEnded)
                    continue;
                if (ExitWords.Contains(line.Split([' ', '\t', ';'], 2, StringSplitOptions.RemoveEmptyEntries)[0]))
                    return ExitStatus.Of(await conversation.EndAsync());
                await conversation.RenewAsync(interrupts.Cancelled);
            }
            catch (Exception e) when (e is RequestRefusedException or CommandNotStartedException or FormatException)
            {
                // Only this line failed; the prompt goes on.
                status = UserMessages.Fail(e);
            }
        }
    }

    // Ends the prompt at once if the conversation is not this client's any more.
    private static async Task<string?> ReadAsync(ILineReader lines, PromptConversation conversation, Interrupts interrupts)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled);
        Task<string?> reading = lines.ReadAsync(conversation.Folder, stop.Token).AsTask();
        Task<Exception> failing = conversation.FailedAsync(stop.Token);
        bool hasFailed = await Task.WhenAny(reading, failing) == failing && !interrupts.Cancelled.IsCancellationRequested;
        await stop.CancelAsync();
        if (!hasFailed)
            return await reading;
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw await failing;
    }

    // Only the prompt shows it. If the server refuses the command, user and home are left out.
    private static async Task<PromptText> WhoAmIAsync(RemoteShellClient client, string host, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        try
        {
            RemoteCommand command = RemoteCommand.Exact("/bin/sh", "-c", "printf '%s\\n' \"$LOGNAME\" \"$HOME\"");
            await client.RunAsync(command, new() { Output = output }, cancellationToken);
            string[] lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
            return lines is [{ Length: > 0 } user, var home, ..] ? new(user, host, home) : new(null, host, null);
        }
        catch (RequestRefusedException)
        {
            return new(null, host, null);
        }
    }
}
