using System.CommandLine;
using System.Text;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Execution;
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
    // How long a shell may take to judge a text: at a prompt less than the user waits.
    private static readonly TimeSpan ScriptPatience = TimeSpan.FromSeconds(3), PromptPatience = TimeSpan.FromSeconds(1.5);

    // How long the shell of a prompt may take to tell its options before that.
    private static readonly TimeSpan OptionsPatience = TimeSpan.FromMilliseconds(150);

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">The subcommands of this program, for the words of the prompt.</param>
    public static Command Create(OwnCommands own)
    {
        var command = new DocumentedCommand("connect", "Open a prompt: one shell at the server runs all lines.")
        {
            Details =
            [
                "Folder, variables and functions persist. Each line has its own exit status and verified output. Type :help for more. " +
                "Without a terminal the lines are read from standard input, as a script.",
            ],
            Examples = ["connect server.example", "connect server.example < commands.txt"],
        };
        command.Add(HostOptions.Host);
        foreach (Option option in (Option[])[CommandOptions.Cwd, CommandOptions.Env, RemoteText.Flag, .. ForwardOptions.All])
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, own));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, OwnCommands own)
        => Console.IsInputRedirected
            ? RunScriptAsync(parsed)
            : RunPromptAsync(parsed, own, (conversation, token) => conversation.StartAsync(token));

    private static async Task<int> RunScriptAsync(ParseResult parsed)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        ClientOptions options = HostOptions.Options(parsed, host, UserMessages.Say);
        RemoteText? text = RemoteText.Of(parsed);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        await using IAsyncDisposable forwards = await ForwardOptions.StartAsync(parsed, client, interrupts.Cancelled);
        var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
        var late = new EncodedStreams(streams, text);
        var how = new ConversationOptions
        {
            Mode = ConversationMode.Script,
            Encoding = text?.Name,
            WorkingDirectory = CommandOptions.FolderOf(parsed),
            Environment = CommandOptions.VariablesOf(parsed),
            OnDisconnect = RemoteCommand.LoginShell().OnDisconnect,
        };
        await using var conversation = new PromptConversation(client, how, late.Streams, text, UserMessages.Say);
        await conversation.StartAsync(interrupts.Cancelled);
        var syntax = new ShellSyntax(client, conversation, new(conversation, ScriptPatience), ScriptPatience);
        try
        {
            return await new ScriptRunner(StandardStreams.Input, syntax, conversation, streams, interrupts).RunAsync();
        }
        catch (Exception e) when (e is RequestRefusedException or CommandNotStartedException or FormatException or LeftException)
        {
            return conversation.StartFault is { } fault
                ? UserMessages.Fail(ExitStatus.NoConnection, fault, hint: null)
                : UserMessages.Fail(ExitStatus.NoConnection, e);
        }
        finally
        {
            late.Finish();
        }
    }

    /// <summary>Runs a prompt on a terminal.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="own">The subcommands of this program, for the words of the prompt.</param>
    /// <param name="begin">Starts the conversation, or takes one over.</param>
    public static async Task<int> RunPromptAsync(
        ParseResult parsed,
        OwnCommands own,
        Func<PromptConversation, CancellationToken, Task> begin)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        PromptCommands? prompted = null;
        EditingLineReader? edited = null;
        ClientOptions options = HostOptions.Options(parsed, host, SayNotice) with
        {
            Lost = reason => Say($"lost the connection to {host}, reconnecting: {reason}", session => session.Lost(reason)),
            MessageOfTheDay = UserMessages.Announce,
            Restored = () => prompted?.OnTerminal?.Restored(),
        };
        RemoteText? text = RemoteText.Of(parsed);
        var how = new ConversationOptions
        {
            Encoding = text?.Name,
            WorkingDirectory = CommandOptions.FolderOf(parsed),
            Environment = CommandOptions.VariablesOf(parsed),
        };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        await using IAsyncDisposable forwards = await ForwardOptions.StartAsync(parsed, client, interrupts.Cancelled);
        var lateOutput = new EncodedStreams(
            new() { Output = new LateOutput(StandardStreams.Output, Show), Error = new LateOutput(StandardStreams.Error, Show) }, text);
        await using var conversation = new PromptConversation(client, how, lateOutput.Streams, text, SayNotice);
        await begin(conversation, interrupts.Cancelled);
        PromptText prompt = await WhoAmIAsync(client, host, interrupts.Cancelled);
        var syntax = new ShellSyntax(client, conversation, new(conversation, OptionsPatience), PromptPatience);
        var completeness = new ShellCompleteness(syntax.VerdictAsync);
        if (EditingLineReader.IsSupported)
        {
            var known = new KnownCommands(conversation) { Learned = () => edited?.Refresh() };
            var editing = new LineEditorOptions
            {
                Completion = new ConversationCompletion(conversation),
                Completeness = completeness,
                Colours = new LineColours(known.IsKnown, LocalCommands.Names),
                LendInterrupts = interrupts.Lend,
            };
            edited = new(prompt.Parts, History.Open(options.Folder, "history", host), editing);
        }

        using EditingLineReader? ended = edited;
        ILineReader lines = edited
            ?? (ILineReader)new PlainLineReader(folder => string.Concat(prompt.Parts(folder).Select(part => part.Text)), completeness);
        OwnCommands connected = own with { RunAsync = RunLocallyAsync };
        prompted = new(client, host, conversation, connected, () => edited?.TakeTyped() ?? [], lines.AfterPartRow);
        return await RunLinesAsync(lines, conversation, prompted, interrupts);

        Task<int> RunLocallyAsync(IReadOnlyList<string> arguments)
        {
            IEnumerable<string> encoding = arguments[0] == "attach" ? RemoteText.Given(parsed) : [];
            return own.RunAsync([arguments[0], .. HostOptions.Given(parsed), .. encoding, .. arguments.Skip(1)]);
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

        void SayNotice(string text) => Say(text, session => session.Show(text));

        bool Show(LateRows late, string text) => edited?.TryShow(late, text) == true;
    }

    private static async Task<int> RunLinesAsync(
        ILineReader lines, PromptConversation conversation, PromptCommands commands, Interrupts interrupts)
    {
        while (true)
        {
            interrupts.PassTo(lines.Interrupt);
            string? line = await ReadAsync(lines, conversation, interrupts);
            try
            {
                if (line is null || LocalCommands.Leaves(line))
                    return await LeaveAsync(commands, conversation, interrupts);
                if (Completeness.IsEmpty(line))
                    continue;
                lines.SetStatus(await commands.RunAsync(line, interrupts));
                if (conversation.HasExited)
                    return ExitStatus.Of(await conversation.EndAsync());
                await conversation.RenewAsync(interrupts.Cancelled);
            }
            catch (RequestNotSentException) when (!interrupts.Cancelled.IsCancellationRequested)
            {
                UserMessages.Say("the line was not sent");
                lines.SetStatus(ExitStatus.Interrupted);
            }
            catch (LeftException)
            {
                return commands.LeaveUnconnected();
            }
            catch (Exception e) when (e is RequestRefusedException or CommandNotStartedException or FormatException)
            {
                // Only this line failed; the prompt goes on.
                lines.SetStatus(UserMessages.Fail(e));
            }
        }
    }

    private static async Task<int> LeaveAsync(PromptCommands commands, PromptConversation conversation, Interrupts interrupts)
    {
        try
        {
            return await commands.LeaveAsync(interrupts);
        }
        catch (RequestNotSentException) when (!interrupts.Cancelled.IsCancellationRequested)
        {
            return commands.LeaveUnconnected();
        }
        catch (RequestRefusedException e) when (conversation.HasEnded)
        {
            return UserMessages.Fail(ExitStatus.NoConnection, e);
        }
    }

    // If the shell ends meanwhile, another one starts, and the text that is being typed stays.
    private static async Task<string?> ReadAsync(ILineReader lines, PromptConversation conversation, Interrupts interrupts)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled);
        Task<string?> reading = lines.ReadAsync(conversation.Folder, stop.Token).AsTask();
        try
        {
            while (await EndsAsync(reading, conversation, stop.Token))
            {
                Task<bool> renewing = conversation.TryRenewAsync(interrupts.Cancelled);
                bool isLeft = await Task.WhenAny(reading, renewing) == reading && await reading is null;
                // The next line tries again.
                if (isLeft || !await renewing)
                    break;
            }

            return await reading;
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Whether the shell ends before a line is read. Throws if this client cannot go on.
    private static async Task<bool> EndsAsync(Task reading, PromptConversation conversation, CancellationToken cancellationToken)
    {
        Task<Exception?> ending = conversation.EndedAsync(cancellationToken);
        if (await Task.WhenAny(reading, ending) == reading)
            return false;
        return await ending is { } failure ? throw failure : true;
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
