using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Execution;

/// <summary>Runs a line of a conversation, attached to this client.</summary>
/// <param name="client">The connection.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="text">The encoding of the remote text; null for UTF-8.</param>
internal sealed class LineRunner(RemoteShellClient client, RemoteConversation conversation, RemoteText? text)
{
    // Ctrl+C may come before the server has answered; then the signal follows the start.
    private readonly TaskCompletionSource<RemoteJob> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _dropped = new();
    private int _unsentSignals;

    /// <summary>Called when Ctrl+C drops the line, because it waits for a connection.</summary>
    public Action? Waits { get; init; }

    /// <summary>Runs the line until it ends. Each Ctrl+C is for the line: INT, then TERM, then KILL.</summary>
    /// <remarks>
    /// While there is no connection, Ctrl+C drops a line that was not sent, and the second one leaves a line that was sent.
    /// </remarks>
    /// <param name="line">The text.</param>
    /// <param name="streams">Where its output goes, in UTF-8.</param>
    /// <param name="interrupts">The signals of this process.</param>
    /// <exception cref="RequestNotSentException">The user has dropped the line.</exception>
    /// <exception cref="LeftException">The user has left the line.</exception>
    public async Task<CommandResult> RunAsync(string line, CommandStreams streams, Interrupts interrupts)
    {
        var shown = new EncodedStreams(streams, text);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled, _dropped.Token);
        bool isSent = client.IsConnected;
        interrupts.PassEachTo(count => Interrupt(count, isSent));
        if (!isSent)
            Waits?.Invoke();
        try
        {
            RemoteJob job = await conversation.StartLineAsync(line, shown.Streams, given.Token);
            _started.SetResult(job);
            CommandResult result = await job.Completion;
            shown.Finish();
            conversation.Take(result);
            return result;
        }
        catch (OperationCanceledException e) when (_dropped.IsCancellationRequested && e is not RequestNotSentException)
        {
            throw new LeftException();
        }
        finally
        {
            interrupts.PassTo(null);
        }
    }

    private void Interrupt(int count, bool isSent)
    {
        if (!client.IsConnected)
        {
            InterruptUnconnected(isSent);
            return;
        }

        _unsentSignals = 0;
        Signal(count);
    }

    private void InterruptUnconnected(bool isSent)
    {
        if (!isSent && !_started.Task.IsCompleted)
        {
            _dropped.Cancel();
            return;
        }

        _unsentSignals++;
        if (_unsentSignals == 1)
        {
            UserMessages.Say("not connected; the line gets the interrupt after the reconnect; press Ctrl+C again to leave");
            Signal(1);
            return;
        }

        if (_started.Task.IsCompletedSuccessfully)
            _started.Task.Result.LeaveRunning();
        _dropped.Cancel();
    }

    private void Signal(int count)
    {
        string signal = count switch { 1 => "INT", 2 => "TERM", _ => "KILL" };
        _started.Task.ContinueWith(start => start.Result.Signal(signal), TaskContinuationOptions.OnlyOnRanToCompletion);
    }
}
