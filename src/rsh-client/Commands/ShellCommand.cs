using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client shell</c>: runs a login shell, or another program, on this terminal.</summary>
internal static class ShellCommand
{
    private static readonly Argument<string[]> Words = new("COMMAND")
    {
        Description = "The command to run [the login shell]. One argument is a command line for the shell of the server's user. " +
            "Two or more words are a program and its exact arguments.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Record = new Option<string>("--record")
    {
        Description = "Record the screen in FILE, as an asciicast for 'rsh-client replay'.",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<string> Disconnect = new("--on-disconnect")
    {
        Description = "What to do when the client disappears: kill the shell, keep it running, or keep it for TIME [keep:1h].",
        HelpName = "kill|keep|keep:TIME",
    };

    public static Command Create()
    {
        var command = new DocumentedCommand("shell", "Open a login shell on this terminal.")
        {
            Details =
            [
                "The shell survives a lost connection: what you type and what it prints meanwhile is not lost. Options stand before HOST.",
                "Escapes at the start of a line: ~. ends the shell, ~d detaches, ~? lists all escapes.",
            ],
            Examples = ["shell server.example", "shell --record work.cast server.example", "shell server.example vim notes.txt"],
        };
        command.Add(HostOptions.Host);
        command.Add(Words);
        foreach (Option option in (Option[])[CommandOptions.Cwd, CommandOptions.Env, Record, Disconnect])
            command.Add(option);
        foreach (Option option in (Option[])[TerminalOptions.DetachKeys, RemoteText.Flag, .. ForwardOptions.All])
            command.Add(option);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed)
    {
        string[] words = parsed.GetValue(Words) ?? [];
        RemoteCommand command = words switch
        {
            [] => RemoteCommand.LoginShell(),
            [var line] when string.IsNullOrWhiteSpace(line) => throw new FormatException("the command is empty"),
            [var line] => RemoteCommand.Shell(line),
            _ => RemoteCommand.Exact(words),
        };
        DisconnectPolicy policy = DisconnectOption.PolicyOf(parsed, Disconnect) ?? DisconnectPolicy.KeepFor(TimeSpan.FromHours(1));
        command = command with
        {
            OnDisconnect = policy,
            WorkingDirectory = CommandOptions.FolderOf(parsed),
            Environment = CommandOptions.VariablesOf(parsed),
        };
        if (!LocalTerminal.IsThere)
        {
            throw new FormatException(
                "shell needs a terminal, on standard input and output; to run a script from a pipe: rsh-client run -i HOST sh");
        }

        return TerminalOptions.RunAsync(parsed, command, parsed.GetValue(Record), UserMessages.Say);
    }
}
