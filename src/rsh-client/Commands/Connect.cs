using System.CommandLine;
using RemoteShell.Client;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client connect</c>: a prompt whose lines run there, one after the other.</summary>
internal static class Connect
{
    private static readonly string[] Leaving = ["exit", "quit"];

    public static Command Create()
    {
        var command = new Command("connect", "Run lines one after the other; cd and export last. Without a terminal the lines are read from standard input.") { HostFlags.Host };
        HostFlags.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string host = parsed.GetValue(HostFlags.Host)!;
        ClientOptions options = HostFlags.Options(parsed, host, Terminal.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostFlags.ConnectAsync(options, interrupts.GivenUp);
        ILineSource lines = Console.IsInputRedirected ? new PipedLines(Console.OpenStandardInput()) : new PromptedLines(host);
        return await RunLinesAsync(client, lines, interrupts);
    }

    private static async Task<int> RunLinesAsync(RemoteShellClient client, ILineSource lines, Interrupts interrupts)
    {
        var session = new RemoteSession();
        int status = 0;
        while (true)
        {
            interrupts.PassTo(lines.Interrupt);
            if (await lines.ReadAsync(session.Folder, interrupts.GivenUp) is not { } line)
                return status;
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            if (Leaving.Contains(words[0]) && words.Length <= 2)
                return words.Length == 2 && byte.TryParse(words[1], out byte asked) ? asked : status;
            status = await RunLineAsync(client, session, line, interrupts);
        }
    }

    private static async Task<int> RunLineAsync(RemoteShellClient client, RemoteSession session, string line, Interrupts interrupts)
    {
        try
        {
            var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
            CommandResult result = await Run.ExecuteAsync(client, session.CommandFor(line), streams, interrupts);
            session.Take(result);
            Run.Explain(result);
            Run.ExplainHeld(result);
            return ExitStatus.Of(result);
        }
        catch (RequestRefusedException e)
        {
            // One line's fault; the next one may do better.
            return Terminal.Fail(e);
        }
        catch (ConnectionException e)
        {
            throw new ConnectException(e.Message, e) { Cure = e.Cure };
        }
    }
}
