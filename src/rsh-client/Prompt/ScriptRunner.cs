using RemoteShell.Cli.Client.Execution;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt.Syntax;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Runs the commands of a script one after the other. While one runs, the next one is read and sent.</summary>
/// <remarks>
/// As a shell does with a script: the end of the shell is the end of the script. An error of the conversation stops it.
/// </remarks>
/// <param name="input">The script.</param>
/// <param name="syntax">The shell's opinion of a text.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="streams">Where the output goes, in UTF-8.</param>
/// <param name="interrupts">The signals of this process.</param>
internal sealed class ScriptRunner(
    Stream input, ShellSyntax syntax, PromptConversation conversation, CommandStreams streams, Interrupts interrupts)
{
    // Completed when no command runs. Replaced before the next command is read.
    private volatile TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs the script, and returns its exit status.</summary>
    public async Task<int> RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled);
        var lines = new PipeLineReader(input, AskAsync);
        _idle.SetResult();
        Task<ScriptCommand> reading = ReadAsync(lines, stop.Token);
        int? wrong = null;
        try
        {
            while (true)
            {
                ScriptCommand command = await reading;
                LineRunner line = command.Sent ?? await conversation.LineAsync(command.Text, streams, interrupts.Cancelled);
                _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Task<CommandResult> running = conversation.RunAsync(line, interrupts);
                if (!command.IsEnd)
                    reading = ReadAheadAsync(lines, line, stop.Token);
                CommandResult result = await running;
                if (result.Outcome == CommandOutcome.NeverStarted)
                    return ExitStatus.NoConnection;
                // The command that was sent ahead may have ended the shell meanwhile: its own result is next.
                bool hasEnded = conversation.HasEndedWithLine || (conversation.HasEnded && !line.HasNext);
                if (hasEnded)
                    result = await conversation.EndAsync();
                int status = ExitStatus.Of(result);
                if (command.IsWrong)
                    wrong = status == 0 ? ExitStatus.Usage : status;
                // The shell goes on if the script has an exit of its own.
                if (hasEnded || command.IsEnd)
                    return wrong ?? status;
                _idle.SetResult();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await LeaveAsync(reading);
        }
    }

    private static async Task LeaveAsync(Task<ScriptCommand> reading)
    {
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (reading is { IsCompletedSuccessfully: true, Result.Sent: { } sent })
            await sent.CancelledAsync();
    }

    private async Task<ScriptCommand> ReadAsync(PipeLineReader lines, CancellationToken cancellationToken)
    {
        // A command whose syntax is wrong is the last one: its rest would run as commands.
        while (!lines.IsWrong && await lines.ReadAsync(null, cancellationToken) is { } text)
        {
            if (!Completeness.IsEmpty(text))
                return new() { Text = text, IsWrong = lines.IsWrong };
        }

        return new() { Text = conversation.ExitLine, IsEnd = true };
    }

    // The input may be silent for long; meanwhile the line that runs can end.
    private async Task<ScriptCommand> ReadAheadAsync(PipeLineReader lines, LineRunner line, CancellationToken cancellationToken)
    {
        ScriptCommand next = await ReadAsync(lines, cancellationToken);
        return _idle.Task.IsCompleted
            ? next
            : next with { Sent = await conversation.SendAheadAsync(next.Text, streams, line, cancellationToken) };
    }

    // The shell is asked in its turn, not while a command runs.
    private async Task<SyntaxVerdict> AskAsync(string text, CancellationToken cancellationToken)
    {
        await _idle.Task.WaitAsync(cancellationToken);
        return await syntax.VerdictAsync(text, cancellationToken);
    }
}
