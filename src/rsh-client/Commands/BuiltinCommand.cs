using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary>A subcommand that is one of the server's built-ins: its words go there as they are.</summary>
internal static class BuiltinCommand
{
    public static Command Create(string name, string description, string words, string wordsDescription)
    {
        var given = new Argument<string[]>(words) { Description = wordsDescription, Arity = ArgumentArity.OneOrMore };
        var command = new Command(name, description) { HostOptions.Host, given };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed, [name, .. parsed.GetValue(given)!]));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] words)
    {
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
        CommandResult result = await RunCommand.ExecuteAsync(client, RemoteCommand.Builtin(words), streams, interrupts);
        RunCommand.Explain(result);
        return ExitStatus.Of(result);
    }
}
