using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Runs the lines of a prompt: words of the prompt, <c>!COMMAND</c>, and lines for the shell.</summary>
/// <param name="client">The connection.</param>
/// <param name="host">The server, as the user named it.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="again">Runs a command line of this program.</param>
/// <param name="typed">Takes the keys that were typed ahead.</param>
internal sealed class PromptCommands(
    RemoteShellClient client,
    string host,
    PromptConversation conversation,
    Func<IReadOnlyList<string>, Task<int>> again,
    Func<byte[]> typed)
{
    private volatile TerminalSession? _onTerminal;

    /// <summary>The program that uses the terminal; null while the prompt does.</summary>
    public TerminalSession? OnTerminal => _onTerminal;

    /// <summary>Runs a line until it ends, and returns its exit status.</summary>
    public async Task<int> RunAsync(string line, Interrupts interrupts)
    {
        string text = line.Trim();
        if (text.StartsWith('!'))
            return await OnTerminalAsync(text[1..].Trim(), interrupts);
        if (LocalCommands.AsksForHelp(text))
        {
            StandardText.Error.WriteLine(LocalCommands.Help);
            return 0;
        }

        if (LocalCommands.Arguments(text, host, conversation.Folder) is { } arguments)
        {
            using IDisposable lent = interrupts.Lend();
            return await again(arguments);
        }

        await conversation.RenewAsync(interrupts.Cancelled);
        using var output = new LineOutput();
        CommandResult result;
        try
        {
            result = await conversation.RunAsync(line, output.Streams, interrupts);
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.Gone)
        {
            // The shell ended before this line, such as with its server.
            UserMessages.Say("the line did not run");
            await conversation.RenewAsync(interrupts.Cancelled);
            return ExitStatus.NoConnection;
        }

        output.Restore();
        CommandSummary.Say(result);
        return ExitStatus.Of(result);
    }

    private async Task<int> OnTerminalAsync(string command, Interrupts interrupts)
    {
        if (command.Length == 0)
            throw new FormatException("there is no command after '!'; write !COMMAND to run one on this terminal");
        await conversation.RenewAsync(interrupts.Cancelled);
        RemoteCommand remote = RemoteCommand.Shell(command) with
        {
            Encoding = conversation.Text?.Name,
            Conversation = conversation.Current.Id,
        };
        var terminal = new TerminalSession(host, detachKeys: [], recording: null, conversation.Text, typed())
        {
            OnDisconnect = remote.OnDisconnect,
        };
        _onTerminal = terminal;
        try
        {
            remote = remote with { Environment = TerminalOptions.WithLocale(remote.Environment, conversation.Text) };
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
}
