using System.CommandLine;
using RemoteShell.Cli.Client.Chat;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;
using Spectre.Console;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client chat</c>: talks to the others who are connected.</summary>
internal static class ChatCommand
{
    private static readonly Argument<string> Room = new("ROOM") { Description = "The room.", DefaultValueFactory = _ => ChatRequest.Lobby };
    private static readonly Option<long?> Last = JobOptions.CountFlag("--last", "How many of the lines that were said before are shown. Default: 20.", "N");

    public static Command Create()
    {
        var command = new Command("chat", "Talk to the others who are connected to a server. Lines are said as they are typed, or come from standard input; /quit, Ctrl+D or the end of input leaves.") { HostOptions.Host, Room, Last, JobOptions.Json };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string host = parsed.GetValue(HostOptions.Host)!, room = parsed.GetValue(Room)!;
        bool isTyped = !Console.IsInputRedirected;
        EditingLineReader? edited = null;
        ClientOptions options = HostOptions.Options(parsed, host, Say) with
        {
            Lost = reason => Say($"lost the connection to {host}, and am reconnecting: {reason}"),
            MessageOfTheDay = isTyped ? UserMessages.Announce : null,
        };
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        var chat = new ChatOptions { Room = room, Last = (int)Math.Min(parsed.GetValue(Last) ?? 20, int.MaxValue), Missed = () => Say("joined anew: what was said meanwhile, if anything, is no longer all there") };
        using EditingLineReader? ended = edited = isTyped && EditingLineReader.IsSupported && !parsed.GetValue(JobOptions.Json)
            ? new(_ => $"[green]{UserMessages.OneLine(room).EscapeMarkup()}[/]>", History.Open(options.Folder, "chat_history"))
            : null;
        ILineReader? typed = edited ?? (ILineReader?)(isTyped ? new PlainLineReader(_ => $"{UserMessages.OneLine(room)}> ") : null);
        interrupts.PassTo(typed?.Interrupt);
        Stream output = StandardStreams.Output;
        await client.ChatAsync(chat with { Says = typed is null ? StandardStreams.Input : new TypedLines(typed), Heard = Heard }, interrupts.GivenUp);
        return 0;

        void Heard(ChatMessage line)
        {
            if (parsed.GetValue(JobOptions.Json))
                ChatScreen.WriteJson(line, output);
            // What one has typed stands there already.
            else if (edited is null)
                ChatScreen.Write(line, output);
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
