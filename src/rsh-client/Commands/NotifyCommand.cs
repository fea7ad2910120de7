using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client notify</c>: shows a message to all other clients of the server.</summary>
internal static class NotifyCommand
{
    // In characters; the server has the same limit.
    private const int MaxLength = 1024;

    private static readonly Argument<string[]> Words = new("MESSAGE")
    {
        Description = "The text, at most 1024 characters; - reads it from standard input. Several words are joined with spaces.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
    {
        var command = new DocumentedCommand("notify", "Show a message to all other clients of the server.")
        {
            Examples = ["notify server.example the server restarts at 18:00"],
        };
        command.Add(HostOptions.Host);
        command.Add(Words);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        string[] words = parsed.GetValue(Words)!;
        string text = words is ["-"] ? await StandardText.ReadToEndAsync() : string.Join(' ', words);
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException("the message is empty");
        if (text.Trim().Length > MaxLength)
            throw new FormatException($"the message has {text.Trim().Length} characters; at most {MaxLength} are allowed");
        return await ClientCommand.AnswerAsync(
            () => ClientCommand.RunAsync(options, (client, interrupts) => SendAsync(text, client, interrupts)));
    }

    private static async Task<int> SendAsync(string text, RemoteShellClient client, Interrupts interrupts)
    {
        IReadOnlyList<string> sentTo = await client.NotifyAsync(text, interrupts.Cancelled);
        UserMessages.Say(sentTo.Count switch
        {
            0 => "no other client is connected",
            1 => $"sent to {UserMessages.OneLine(sentTo[0])}",
            _ => $"sent to {sentTo.Count} connections: {UserMessages.OneLine(string.Join(", ", sentTo.Distinct()))}",
        });
        return 0;
    }
}
