using System.CommandLine;
using RemoteShell.Cli.Client.Execution;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary>A subcommand that runs a built-in of the server with its words as the arguments.</summary>
internal static class BuiltinCommand
{
    /// <summary>Adds HOST and the words to the subcommand, and makes it run the built-in of the same name.</summary>
    /// <param name="command">The subcommand.</param>
    /// <param name="words">The argument that holds the words.</param>
    public static Command Create(DocumentedCommand command, Argument<string[]> words)
    {
        command.Add(HostOptions.Host);
        command.Add(words);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.RunAsync(
            parsed, (client, interrupts) => RunAsync([command.Name, .. parsed.GetValue(words)!], client, interrupts)));
        return command;
    }

    private static async Task<int> RunAsync(string[] words, RemoteShellClient client, Interrupts interrupts)
    {
        var streams = new CommandStreams { Output = StandardStreams.Output, Error = StandardStreams.Error };
        CommandResult result = await CommandRunner.RunAsync(client, RemoteCommand.Builtin(words), streams, interrupts);
        OutcomeMessages.Explain(result);
        return ExitStatus.Of(result);
    }
}
