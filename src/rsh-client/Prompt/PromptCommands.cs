using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Runs the lines of a prompt: local commands, <c>!COMMAND</c>, <c>COMMAND &amp;</c>, and lines for the server.</summary>
/// <param name="client">The connection.</param>
/// <param name="host">The server, as the user named it.</param>
/// <param name="session">What persists from line to line.</param>
/// <param name="again">Runs a command line of this program.</param>
/// <param name="typed">Takes the keys that were typed ahead.</param>
internal sealed class PromptCommands(
    RemoteShellClient client, string host, PromptState session, Func<IReadOnlyList<string>, Task<int>> again, Func<byte[]> typed)
{
    private volatile TerminalSession? _onTerminal;

    /// <summary>What persists from line to line.</summary>
    public PromptState Session => session;

    /// <summary>The program that uses the terminal; null while the prompt does.</summary>
    public TerminalSession? OnTerminal => _onTerminal;

    /// <summary>Runs a line until it ends, and returns its exit status.</summary>
    public async Task<int> RunAsync(string line, Interrupts interrupts)
    {
        string text = line.Trim();
        if (text.StartsWith('!'))
            return await OnTerminalAsync(text[1..].Trim(), interrupts);
        if (LineWords.EndsWithBackground(text))
            return await DetachAsync(text[..^1].Trim(), interrupts);
        bool isOneRow = !text.Contains('\n', StringComparison.Ordinal);
        if (isOneRow && LocalCommands.Arguments(text, host, session.Folder) is { } arguments)
        {
            using IDisposable lent = interrupts.Lend();
            return await again(arguments);
        }

        if (text == "help")
            StandardText.Error.WriteLine(LocalCommands.Help);
        using var output = new LineOutput();
        CommandResult result = await PromptLine.RunAsync(client, session, line, output.Streams, interrupts);
        output.Restore();
        CommandSummary.Say(result);
        return ExitStatus.Of(result);
    }

    private async Task<int> OnTerminalAsync(string command, Interrupts interrupts)
    {
        if (command.Length == 0)
            throw new FormatException("there is no command after '!'; write !COMMAND to run one on this terminal");
        RemoteCommand remote = session.CommandFor(RemoteCommand.Shell(command));
        var terminal = new TerminalSession(host, detachKeys: [], recording: null, session.Text, typed())
        {
            OnDisconnect = remote.OnDisconnect,
        };
        _onTerminal = terminal;
        try
        {
            remote = remote with { Environment = TerminalOptions.WithLocale(remote.Environment, session.Text) };
            return await terminal.RunAsync(
                (streams, tty, token) => client.StartAsync(
                    remote with { Terminal = new(tty.Term, tty.Columns, tty.Rows) }, streams, token),
                "",
                interrupts);
        }
        finally
        {
            _onTerminal = null;
        }
    }

    private async Task<int> DetachAsync(string command, Interrupts interrupts)
    {
        if (command.Length == 0)
            throw new FormatException("there is no command before '&'; write COMMAND & to detach one");
        string job = await client.DetachAsync(session.CommandFor(RemoteCommand.Shell(command)), interrupts.Cancelled);
        StandardText.Error.WriteLine($"detached as {job}; 'attach {job}' shows what it writes");
        return 0;
    }
}
