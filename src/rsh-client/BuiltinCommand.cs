using System.CommandLine;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client;

/// <summary>A subcommand that is one of the server's built-ins: its words go there as they are.</summary>
internal static class BuiltinCommand
{
    public static Command Create(string name, string description, string words, string wordsDescription)
    {
        var given = new Argument<string[]>(words) { Description = wordsDescription, Arity = ArgumentArity.OneOrMore };
        var command = new Command(name, description) { HostFlags.Host, given };
        HostFlags.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, [name, .. parsed.GetValue(given)!]));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] words)
    {
        ClientOptions options = HostFlags.Options(parsed, parsed.GetValue(HostFlags.Host)!, Terminal.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostFlags.ConnectAsync(options, interrupts.GivenUp);
        var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
        CommandResult result = await Run.ExecuteAsync(client, RemoteCommand.Builtin(words), streams, interrupts);
        Run.Explain(result);
        return ExitStatus.Of(result);
    }
}
