using System.CommandLine;
using RemoteShell.Cli.Client.Chat;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Prompt.Editing;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client chat</c>: chats with other users of the server.</summary>
internal static class ChatCommand
{
    private static readonly Argument<string> Room = new("ROOM")
    {
        Description = $"The name of the room [{ChatRequest.Lobby}].",
        DefaultValueFactory = _ => ChatRequest.Lobby,
    };

    private static readonly Option<long?> Last = JobOptions.CountFlag("--last", "Show the last N earlier lines [20].", "N");

    public static Command Create()
    {
        var command = new DocumentedCommand("chat", "Chat with other users of the server.")
        {
            Details =
            [
                "Sends each typed line, or each line of standard input. /quit, Ctrl+D or the end of the input leaves the room. " +
                "A typed line that begins with a slash is a command; //TEXT sends /TEXT.",
            ],
            Examples = ["chat server.example", "chat --last 100 server.example deployments"],
        };
        command.Add(HostOptions.Host);
        command.Add(Room);
        command.Add(Last);
        command.Add(JobOptions.Json);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(() => RunAsync(parsed)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string host = parsed.GetValue(HostOptions.Host)!, room = parsed.GetValue(Room)!;
        bool isTyped = !Console.IsInputRedirected;
        EditingLineReader? edited = null;
        ClientOptions options = HostOptions.Options(parsed, host, Say) with
        {
            Lost = reason => Say($"lost the connection to {host}, reconnecting: {reason}"),
            MessageOfTheDay = isTyped ? UserMessages.Announce : null,
        };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.Cancelled);
        var chat = new ChatOptions
        {
            Room = room,
            Last = (int)Math.Min(parsed.GetValue(Last) ?? 20, int.MaxValue),
            Missed = () => Say("rejoined; some messages may have been missed"),
        };
        if (isTyped && EditingLineReader.IsSupported && !parsed.GetValue(JobOptions.Json))
        {
            StyledPart[] prompt = [new(UserMessages.OneLine(room), CellStyle.Host), new("> ")];
            edited = new(_ => prompt, History.Open(options.Folder, "chat_history"), new() { LendInterrupts = interrupts.Lend });
        }

        using EditingLineReader? ended = edited;
        ILineReader? typed = edited;
        if (typed is null && isTyped)
            typed = new PlainLineReader(_ => $"{UserMessages.OneLine(room)}> ", new AlwaysComplete());
        interrupts.PassTo(typed?.Interrupt);
        Stream output = StandardStreams.Output;
        Stream says = typed is null ? StandardStreams.Input : new TypedLines(typed, Say);
        await client.ChatAsync(chat with { Says = says, Heard = Heard }, interrupts.Cancelled);
        return 0;

        void Heard(ChatMessage line)
        {
            if (parsed.GetValue(JobOptions.Json))
                ChatScreen.WriteJson(line, output);
            else if (edited is null)
                ChatScreen.Write(line, output);
            // On the line editor, the user's own lines are on the screen already.
            else if (line.Kind != ChatEventKind.Said || !line.IsOwn)
                edited.Show(ChatScreen.Line(line));
        }

        void Say(string text)
        {
            if (edited is not null)
                edited.Say(text);
            else
                UserMessages.Say(text);
        }
    }
}
