using System.CommandLine;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client connect</c>: a prompt whose lines run there, one after the other.</summary>
internal static class ConnectCommand
{
    private static readonly string[] Leaving = ["exit", "quit"];

    /// <summary>Makes the subcommand.</summary>
    /// <param name="again">Runs this program's own command line, for <c>jobs</c> and its like at the prompt.</param>
    public static Command Create(Func<IReadOnlyList<string>, Task<int>> again)
    {
        var command = new Command("connect", "Run lines one after the other; cd and export last, and help lists what else there is. Without a terminal the lines are read from standard input.") { HostOptions.Host, RemoteText.Flag };
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
            Lost = reason => Say($"lost the connection to {host}, and am reconnecting: {reason}", session => session.Lost(reason)),
            MessageOfTheDay = Console.IsInputRedirected ? null : UserMessages.Announce,
            Restored = () => prompted?.OnTerminal?.Restored(),
        };
        RemoteText? text = RemoteText.Of(parsed, options);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        var session = new PromptState(text);
        if (Console.IsInputRedirected)
            return await RunLinesAsync(new PipeLineReader(Console.OpenStandardInput()), () => session.Folder, async line => ExitStatus.Of(await RunLineAsync(client, session, line, interrupts)), interrupts);

        prompted = new(client, host, new(text), arguments => again([arguments[0], .. HostOptions.Given(parsed), .. arguments[0] == "attach" ? RemoteText.Given(parsed) : [], .. arguments.Skip(1)]), () => edited?.TakeTyped() ?? []);
        if (EditingLineReader.IsSupported)
            edited = new((await WhoAmIAsync(client, host, interrupts.GivenUp)).Markup, History.Open(options.Folder, "history"), folder => new RemoteCompletion(client, folder));
        using EditingLineReader? ended = edited;
        return await RunLinesAsync(edited ?? (ILineReader)new PlainLineReader(folder => $"{host}:{folder ?? "~"}$ "), () => prompted.Session.Folder, line => prompted.RunAsync(line, interrupts), interrupts);

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

    private static async Task<int> RunLinesAsync(ILineReader lines, Func<string?> folder, Func<string, Task<int>> run, Interrupts interrupts)
    {
        int status = 0;
        while (true)
        {
            interrupts.PassTo(lines.Interrupt);
            if (await lines.ReadAsync(folder(), interrupts.GivenUp) is not { } line)
                return status;
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            if (Leaving.Contains(words[0]) && words.Length <= 2)
                return words.Length == 2 && byte.TryParse(words[1], out byte asked) ? asked : status;
            try
            {
                status = await run(line);
            }
            catch (Exception e) when (e is RequestRefusedException or CommandNotStartedException or FormatException or TakenOverException)
            {
                // One line's fault; the next one may do better.
                status = UserMessages.Fail(e);
            }
        }
    }

    /// <summary>Runs a line there, and keeps what it leaves behind.</summary>
    public static async Task<CommandResult> RunLineAsync(RemoteShellClient client, PromptState session, string line, Interrupts interrupts)
    {
        var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
        CommandResult result = await RunCommand.ExecuteAsync(client, session.CommandFor(line), streams, interrupts, session.Text);
        session.Take(result);
        RunCommand.Explain(result);
        RunCommand.ExplainHeld(result);
        return result;
    }

    // For the prompt alone: where it cannot be had, it is left out.
    private static async Task<PromptText> WhoAmIAsync(RemoteShellClient client, string host, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        try
        {
            await client.RunAsync(RemoteCommand.Exact("/bin/sh", "-c", "printf '%s\\n' \"$LOGNAME\" \"$HOME\""), new() { Output = output }, cancellationToken);
            return System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n') is [{ Length: > 0 } user, var home, ..] ? new(user, host, home) : new(null, host, null);
        }
        catch (RequestRefusedException)
        {
            return new(null, host, null);
        }
    }
}
