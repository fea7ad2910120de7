using System.CommandLine;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client shell</c>: a login shell, or any program, on this terminal.</summary>
internal static class ShellCommand
{
    private static readonly Argument<string[]> Words = new("COMMAND")
    {
        Description = "One word is a command line for the shell there; two or more are a program and its exact arguments. Default: the login shell.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Record = new("--record") { Description = "Take down what is shown, as an asciicast; 'rsh-client replay' plays it.", HelpName = "FILE" };
    private static readonly Option<string> Disconnect = new("--on-disconnect") { Description = "What happens to the shell when this client is gone: kill, keep, or keep:TIME. Default: keep:1h.", HelpName = "POLICY" };

    public static Command Create()
    {
        var command = new Command("shell", "Work in a login shell there. It survives a lost connection; ~? at the start of a line lists what can be typed for this program. Options stand before HOST.")
        {
            HostOptions.Host, Words, TerminalOptions.DetachKeys, Record, Disconnect, RemoteText.Flag,
        };
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
        command = command with { OnDisconnect = DisconnectPolicy.Parse(parsed.GetValue(Disconnect) ?? "keep:1h") };
        if (!LocalTerminal.IsThere)
            throw new FormatException("shell needs a terminal here, on standard input and output; 'rsh-client run -i HOST sh' runs a script from a pipe");
        return TerminalOptions.RunAsync(parsed, command, parsed.GetValue(Record));
    }
}
