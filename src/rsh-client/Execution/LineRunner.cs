using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Execution;

/// <summary>Runs a line of a conversation, attached to this client.</summary>
/// <param name="client">The connection.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="text">The encoding of the remote text; null for UTF-8.</param>
internal sealed class LineRunner(RemoteShellClient client, RemoteConversation conversation, RemoteText? text)
{
    private readonly CancellationTokenSource _dropped = new();

    // Completed at the turn of a line that was sent ahead.
    private readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Ctrl+C may come before the server has answered; then the signal follows the start. A line that is sent again has another one.
    private volatile TaskCompletionSource<RemoteJob> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile LineRunner? _next;
    private volatile bool _wasInterrupted, _hasEnded;
    private Task<CommandResult>? _ahead;
    private EncodedStreams? _shown;
    private int _unsentSignals;

    /// <summary>The text.</summary>
    public required string Line { get; init; }

    /// <summary>Where the output goes, in UTF-8.</summary>
    public required CommandStreams Streams { get; init; }

    /// <summary>Called when Ctrl+C drops the line, because it waits for a connection.</summary>
    public Action? Waits { get; init; }

    /// <summary>Whether the next line was sent while this one ran.</summary>
    public bool HasNext => _next is not null;

    /// <summary>Runs the line until it ends. Each Ctrl+C is for the line: INT, then TERM, then KILL.</summary>
    /// <remarks>
    /// While there is no connection, Ctrl+C drops a line that was not sent, and the second one leaves a line that was sent. A line that
    /// was sent ahead, and has not started, is sent again, unless the user has interrupted it.
    /// </remarks>
    /// <param name="interrupts">The signals of this process.</param>
    /// <exception cref="RequestNotSentException">The user has dropped the line.</exception>
    /// <exception cref="LeftException">The user has left the line.</exception>
    public async Task<CommandResult> RunAsync(Interrupts interrupts)
    {
        bool isSent = _ahead is not null || client.IsConnected;
        interrupts.PassEachTo(count => Interrupt(count, isSent));
        if (!isSent)
            Waits?.Invoke();
        try
        {
            CommandResult? ahead = _ahead is null ? null : await EndAheadAsync(_ahead);
            _shown ??= new(Streams, text);
            CommandResult result = ahead ?? await SendAsync(conversation.LineCommand(Line), _shown.Streams, interrupts.Cancelled);
            _shown.Finish();
            conversation.Take(result);
            return result;
        }
        catch (OperationCanceledException e) when (_dropped.IsCancellationRequested && e is not RequestNotSentException)
        {
            throw new LeftException();
        }
        finally
        {
            _hasEnded = true;
            interrupts.PassTo(null);
        }
    }

    /// <summary>Sends the next line ahead, once the server has accepted this one. The server starts it when this line has ended.</summary>
    /// <param name="next">The next line. Its output waits until it is run.</param>
    /// <param name="cancellationToken">Ends the next line, also after this method has returned.</param>
    /// <returns>Whether the line was sent.</returns>
    public async Task<bool> TrySendNextAsync(LineRunner next, CancellationToken cancellationToken)
    {
        Task<RemoteJob> started = _started.Task;
        await ((Task)started).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!started.IsCompletedSuccessfully || _hasEnded || !client.IsConnected)
            return false;
        // Set before the line is sent: it may end the shell at once.
        _next = next;
        next.SendAfter(started.Result, cancellationToken);
        return true;
    }

    /// <summary>Waits until a line that was sent ahead is over, after it was cancelled. Does not throw.</summary>
    public async Task CancelledAsync()
        => await (_ahead ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void SendAfter(RemoteJob before, CancellationToken cancelled)
    {
        _shown = new(Streams, text);
        var waiting = new CommandStreams
        {
            Output = new TurnStream(_shown.Streams.Output, _turn.Task),
            Error = new TurnStream(_shown.Streams.Error, _turn.Task),
        };
        _ahead = SendAsync(conversation.LineCommand(Line) with { After = before.Id }, waiting, cancelled);
    }

    // Null if the line has not started, and is to be sent again.
    private async Task<CommandResult?> EndAheadAsync(Task<CommandResult> ahead)
    {
        _turn.TrySetResult();
        try
        {
            CommandResult result = await ahead;
            if (result.Outcome != CommandOutcome.NeverStarted || _wasInterrupted)
                return result;
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.Limit)
        {
            // This key may run no other job while the line before runs.
        }

        _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return null;
    }

    private async Task<CommandResult> SendAsync(RemoteCommand command, CommandStreams streams, CancellationToken cancelled)
    {
        TaskCompletionSource<RemoteJob> started = _started;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancelled, _dropped.Token);
        try
        {
            RemoteJob job = await client.StartAsync(command, streams, given.Token);
            started.SetResult(job);
            return await job.Completion;
        }
        finally
        {
            started.TrySetCanceled(CancellationToken.None);
        }
    }

    private void Interrupt(int count, bool isSent)
    {
        _wasInterrupted = true;
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

    // The next line first: it must not begin when the signal ends this one.
    private void Signal(int count)
    {
        _next?.Signal(count);
        string signal = count switch { 1 => "INT", 2 => "TERM", _ => "KILL" };
        _started.Task.ContinueWith(start => start.Result.Signal(signal), TaskContinuationOptions.OnlyOnRanToCompletion);
    }
}
