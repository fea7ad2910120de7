using System.CommandLine;
using System.Text;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client connect</c>: a prompt whose lines run at the server, one after the other.</summary>
internal static class ConnectCommand
{
    private static readonly string[] ExitWords = ["exit", "quit"];

    /// <summary>Creates the subcommand.</summary>
    /// <param name="again">Runs a command line of this program, for commands such as <c>jobs</c> at the prompt.</param>
    public static Command Create(Func<IReadOnlyList<string>, Task<int>> again)
    {
        var command = new DocumentedCommand("connect", "Open a prompt; each line runs as a command.")
        {
            Details =
            [
                "Each line is a separate command with its own exit status and verified output. cd and export persist. " +
                "Type help for more. Without a terminal the lines are read from standard input.",
            ],
            Examples = ["connect server.example", "connect server.example < commands.txt"],
        };
        command.Add(HostOptions.Host);
        command.Add(RemoteText.Flag);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, again));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<IReadOnlyList<string>, Task<int>> again)
    {
        string host = parsed.GetValue(HostOptions.Host)!;
        PromptCommands? prompted = null;
        EditingLineReader? edited = null;
        ClientOptions options = HostOptions.Options(parsed, host, text => Say(text, session => session.Show(text))) with
        {
            Lost = reason => Say($"lost the connection to {host}, reconnecting: {reason}", session => session.Lost(reason)),
            MessageOfTheDay = Console.IsInputRedirected ? null : UserMessages.Announce,
            Restored = () => prompted?.OnTerminal?.Restored(),
        };
        RemoteText? text = RemoteText.Of(parsed, options);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        var session = new PromptState(text);
        if (Console.IsInputRedirected)
        {
            var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
            return await RunLinesAsync(
                new PipeLineReader(StandardStreams.Input),
                () => session.Folder,
                async line => ExitStatus.Of(await PromptLine.RunAsync(client, session, line, streams, interrupts)),
                interrupts);
        }

        prompted = new(client, host, new(text), RunLocallyAsync, () => edited?.TakeTyped() ?? []);
        if (EditingLineReader.IsSupported)
        {
            PromptText prompt = await WhoAmIAsync(client, host, interrupts.Cancelled);
            LineEditorOptions asked = new()
            {
                Completion = new RemoteCompletion(client, () => prompted.Session.Folder),
                LendInterrupts = interrupts.Lend,
            };
            edited = new(prompt.Parts, History.Open(options.Folder, "history"), asked);
        }

        using EditingLineReader? ended = edited;
        return await RunLinesAsync(
            edited ?? (ILineReader)new PlainLineReader(folder => $"{host}:{UserMessages.OneLine(folder ?? "~")}$ "),
            () => prompted.Session.Folder,
            line => prompted.RunAsync(line, interrupts),
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
    }

    private static async Task<int> RunLinesAsync(
        ILineReader lines, Func<string?> folder, Func<string, Task<int>> run, Interrupts interrupts)
    {
        int status = 0;
        while (true)
        {
            interrupts.PassTo(lines.Interrupt);
            if (await lines.ReadAsync(folder(), interrupts.Cancelled) is not { } line)
                return status;
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            bool isComment = line.TrimStart().StartsWith('#') && !line.Contains('\n', StringComparison.Ordinal);
            if (string.IsNullOrWhiteSpace(line) || isComment)
                continue;
            if (ExitWords.Contains(words[0]) && words.Length <= 2)
                return words.Length == 2 && byte.TryParse(words[1], out byte asked) ? asked : status;
            try
            {
                status = await run(line);
            }
            catch (Exception e) when (e is RequestRefusedException or CommandNotStartedException or FormatException or TakenOverException)
            {
                // Only this line failed; the prompt goes on.
                status = UserMessages.Fail(e);
            }
        }
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
