using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>A person at a prompt: what a line means that is not simply run there.</summary>
/// <param name="client">The connection.</param>
/// <param name="host">The server, as the user named it.</param>
/// <param name="session">What lasts from line to line.</param>
/// <param name="again">Runs this program's own command line.</param>
/// <param name="typed">Gives up what was typed ahead.</param>
internal sealed class PromptCommands(RemoteShellClient client, string host, PromptState session, Func<IReadOnlyList<string>, Task<int>> again, Func<byte[]> typed)
{
    private volatile TerminalSession? _onTerminal;

    /// <summary>What lasts from line to line.</summary>
    public PromptState Session => session;

    /// <summary>The program that has the terminal; null while there is the prompt.</summary>
    public TerminalSession? OnTerminal => _onTerminal;

    /// <summary>Runs a line to its end.</summary>
    public async Task<int> RunAsync(string line, Interrupts interrupts)
    {
        string text = line.Trim();
        if (text.StartsWith('!'))
            return await OnTerminalAsync(text[1..].Trim(), interrupts);
        if (LineWords.EndsWithBackground(text))
            return await DetachAsync(text[..^1].Trim(), interrupts);
        if (LocalCommands.Arguments(text, host, session.Folder) is { } arguments)
        {
            using IDisposable lent = interrupts.Lend();
            return await again(arguments);
        }

        if (text == "help")
            Console.Error.WriteLine(LocalCommands.Help);
        CommandResult result = await ConnectCommand.RunLineAsync(client, session, line, interrupts);
        CommandSummary.Say(result);
        return ExitStatus.Of(result);
    }

    private async Task<int> OnTerminalAsync(string command, Interrupts interrupts)
    {
        if (command.Length == 0)
            throw new FormatException("! runs a command on this terminal, and none was given");
        var terminal = new TerminalSession(host, detachKeys: [], recording: null, session.Text, typed());
        _onTerminal = terminal;
        try
        {
            RemoteCommand remote = session.CommandFor(RemoteCommand.Shell(command));
            return await terminal.RunAsync(
                (streams, tty, token) => client.StartAsync(remote with { Terminal = new(tty.Term, tty.Columns, tty.Rows), Environment = TerminalOptions.WithLocale(remote.Environment, session.Text) }, streams, token), "", interrupts);
        }
        finally
        {
            _onTerminal = null;
        }
    }

    private async Task<int> DetachAsync(string command, Interrupts interrupts)
    {
        if (command.Length == 0)
            throw new FormatException("& detaches a command, and none was given");
        string job = await client.DetachAsync(session.CommandFor(RemoteCommand.Shell(command)), interrupts.GivenUp);
        Console.Error.WriteLine($"detached as {job}; 'attach {job}' shows what it writes");
        return 0;
    }
}
