using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Client.Terminals;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Runs the lines of a prompt: words of the prompt, <c>!COMMAND</c>, and lines for the shell.</summary>
/// <param name="client">The connection.</param>
/// <param name="host">The server, as the user named it.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="own">The subcommands of this program, with the options of this connection.</param>
/// <param name="typed">Takes the keys that were typed ahead.</param>
/// <param name="afterPartRow">Written after output that does not end with a line feed.</param>
internal sealed class PromptCommands(
    RemoteShellClient client,
    string host,
    PromptConversation conversation,
    OwnCommands own,
    Func<byte[]> typed,
    string afterPartRow)
{
    private volatile TerminalSession? _onTerminal;

    /// <summary>The program that uses the terminal; null while the prompt does.</summary>
    public TerminalSession? OnTerminal => _onTerminal;

    /// <summary>Runs a line until it ends, and returns its exit status.</summary>
    public async Task<int> RunAsync(string line, Interrupts interrupts)
    {
        string text = line.Trim();
        // With a blank it is the shell's negation.
        if (text is ['!', not (' ' or '\t' or '\n'), ..])
            return await OnTerminalAsync(text[1..], interrupts);
        if (LocalCommands.AsksForHelp(text))
        {
            StandardText.Error.WriteLine(LocalCommands.Help);
            return 0;
        }

        if (LocalCommands.Arguments(text, host, conversation.Folder, own.Operands) is { } arguments)
        {
            using IDisposable lent = interrupts.Lend();
            return await own.RunAsync(arguments);
        }

        if (await HasEndedAsync(interrupts))
            return ExitStatus.NoConnection;
        try
        {
            return await InShellAsync(line, interrupts);
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.Gone)
        {
            // The shell ended before this line, such as with its server.
            _ = await HasEndedAsync(interrupts);
            return ExitStatus.NoConnection;
        }
    }

    /// <summary>Leaves the shell by its own <c>exit</c>, with its traps, and returns the exit status of the prompt.</summary>
    public async Task<int> LeaveAsync(Interrupts interrupts)
    {
        if (!client.IsConnected)
            return LeaveUnconnected();
        using var output = new LineOutput();
        CommandResult result = await conversation.RunAsync(conversation.ExitLine, output.Streams, interrupts);
        // The user's own `exit` may do something else; then the client ends the shell.
        return ExitStatus.Of(conversation.HasExited ? await conversation.EndAsync() : result);
    }

    /// <summary>Leaves the prompt while there is no connection, says how to come back, and returns the exit status.</summary>
    public int LeaveUnconnected()
    {
        conversation.LeaveRunning();
        UserMessages.Say(conversation.HasEnded || client.IsConnected
            ? $"left the prompt of {host}"
            : $"there is no connection to {host}: the shell runs on for an hour; " +
                $"to resume it: rsh-client attach {host} {conversation.Current.Id}");
        return ExitStatus.NoConnection;
    }

    private async Task<int> InShellAsync(string line, Interrupts interrupts)
    {
        using var output = new LineOutput();
        CommandResult result = await conversation.RunAsync(line, output.Streams, interrupts);
        output.Restore();
        string? summary = conversation.HasExited ? null : CommandSummary.Of(result);
        if (output.IsPartRow)
            StandardText.Error.Write(afterPartRow);
        if (summary is not null)
            StandardText.Error.WriteLine(summary);
        return ExitStatus.Of(result);
    }

    // A line that was typed for a shell that has ended does not run in another one.
    private async Task<bool> HasEndedAsync(Interrupts interrupts)
    {
        if (!conversation.HasEnded)
            return false;
        UserMessages.Say("the line did not run");
        await conversation.RenewAsync(interrupts.Cancelled);
        return true;
    }

    private async Task<int> OnTerminalAsync(string command, Interrupts interrupts)
    {
        if (await HasEndedAsync(interrupts))
            return ExitStatus.NoConnection;
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
        using var dropped = new CancellationTokenSource();
        interrupts.PassTo(dropped.Cancel);
        if (!client.IsConnected)
            UserMessages.Say("not connected; the command runs after the reconnect; press Ctrl+C to drop it");
        try
        {
            remote = remote with { Environment = TerminalOptions.WithLocale(remote.Environment, conversation.Text) };
            return await terminal.RunAsync((streams, tty, token) => StartAsync(remote, tty, streams, token, dropped.Token), "", interrupts);
        }
        catch (OperationCanceledException e) when (dropped.IsCancellationRequested && e is not RequestNotSentException)
        {
            UserMessages.Say("the command was interrupted before it began");
            return ExitStatus.Interrupted;
        }
        finally
        {
            _onTerminal = null;
            if (terminal.Result is { ExitCode: not 0 } result)
                StandardText.Error.WriteLine(CommandSummary.Of(result));
        }
    }

    private async Task<RemoteJob> StartAsync(
        RemoteCommand remote, TerminalRequest tty, CommandStreams streams, CancellationToken token, CancellationToken dropped)
    {
        // Not disposed: the command runs on.
        var given = CancellationTokenSource.CreateLinkedTokenSource(token, dropped);
        return await client.StartAsync(remote with { Terminal = new(tty.Term, tty.Columns, tty.Rows) }, streams, given.Token);
    }
}
