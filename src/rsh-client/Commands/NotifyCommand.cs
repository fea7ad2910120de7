using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client notify</c>: shows a line to everybody who is connected.</summary>
internal static class NotifyCommand
{
    // The server's limit; a text that is far longer could not even be asked for.
    private const int Longest = 1024;

    private static readonly Argument<string[]> Words = new("MESSAGE") { Description = "What to show, up to 1024 characters; - reads it from standard input.", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        var command = new Command("notify", "Show a line to everybody else who is connected to a server, whatever they do.") { HostOptions.Host, Words };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        string[] words = parsed.GetValue(Words)!;
        string text = words is ["-"] ? await Console.In.ReadToEndAsync() : string.Join(' ', words);
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException("the message is empty");
        if (text.Trim().Length > Longest)
            throw new FormatException($"the message has {text.Trim().Length} characters; {Longest} are the most");
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        IReadOnlyList<string> told = await client.NotifyAsync(text, interrupts.GivenUp);
        UserMessages.Say(told.Count switch
        {
            0 => "nobody else is connected",
            1 => $"shown to {UserMessages.OneLine(told[0])}",
            _ => $"shown to {told.Count} connections: {UserMessages.OneLine(string.Join(", ", told.Distinct()))}",
        });
        return 0;
    }
}
