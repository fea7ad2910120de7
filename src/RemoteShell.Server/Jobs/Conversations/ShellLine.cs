using System.Diagnostics;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>A line that a conversation's shell runs.</summary>
/// <param name="text">The text, without NUL.</param>
/// <param name="output">Reads its standard output.</param>
/// <param name="error">Reads its standard error.</param>
internal sealed class ShellLine(string text, PipeDrain output, PipeDrain error)
{
    // Completed by the reader of the shell's messages.
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<StatusRecord> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Lock _gate = new();

    // Guarded by _gate. The last sending at each place.
    private readonly Dictionary<(int Number, int Place), Task> _signals = [];

    // Guarded by _gate. By number: the one that is being sent, and the one that waits; a completed task: none.
    private readonly Dictionary<int, (Task Running, Task Waiting)> _inTurn = [];

    public string Text => text;

    public PipeDrain Output => output;

    public PipeDrain Error => error;

    /// <summary>The number of the line in its conversation; 0 before its turn.</summary>
    public int Sequence { get; set; }

    /// <summary>When the shell got the line, as <see cref="Stopwatch.GetTimestamp"/> tells.</summary>
    public long Began { get; set; }

    /// <summary>Whether an interrupt was sent. Read when <see cref="SignalledAsync"/> has completed.</summary>
    public bool WasInterrupted { get; set; }

    /// <summary>Completes when the shell has read the line, or has told its status.</summary>
    public Task Begun => _begun.Task;

    /// <summary>What the shell tells after the line.</summary>
    public Task<StatusRecord> Told => _told.Task;

    /// <summary>Cancelled by a signal that comes before the line's turn: nothing of it runs then.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Keeps the line from beginning.</summary>
    public void Cancel() => _cancelled.Cancel();

    /// <summary>Begins to send a signal; false if the one before is still being sent at this place: then the two count as one.</summary>
    /// <param name="number">The signal.</param>
    /// <param name="place">The same signal may be sent at several places at a time.</param>
    /// <param name="send">Sends it, on another thread.</param>
    public bool TrySend(int number, int place, Func<Task> send)
    {
        lock (_gate)
        {
            if (_signals.TryGetValue((number, place), out Task? before) && !before.IsCompleted)
                return false;
            _signals[(number, place)] = Task.Run(send);
            return true;
        }
    }

    /// <summary>Sends a signal after the one before of its number. If one waits already, the two count as one, as in the system.</summary>
    /// <param name="number">The signal.</param>
    /// <param name="send">Sends it, on another thread.</param>
    public void SendInTurn(int number, Func<Task> send)
    {
        lock (_gate)
        {
            (Task running, Task waiting) = _inTurn.GetValueOrDefault(number, (Task.CompletedTask, Task.CompletedTask));
            if (running.IsCompleted)
                _inTurn[number] = (waiting.IsCompleted ? Task.Run(send) : waiting, Task.CompletedTask);
            if (!running.IsCompleted || !waiting.IsCompleted)
                Wait(number, send);
        }
    }

    /// <summary>Completes when all signals were sent. Call when no more are added.</summary>
    public Task SignalledAsync()
    {
        lock (_gate)
            return Task.WhenAll([.. _signals.Values, .. _inTurn.Values.SelectMany(sending => new[] { sending.Running, sending.Waiting })]);
    }

    // Called under _gate, when one is being sent.
    private void Wait(int number, Func<Task> send)
    {
        (Task running, Task waiting) = _inTurn[number];
        if (waiting.IsCompleted)
            _inTurn[number] = (running, SendAfterAsync(running, send));
    }

    private static async Task SendAfterAsync(Task before, Func<Task> send)
    {
        await before;
        await Task.Run(send);
    }

    /// <summary>Takes a record that has this line's number.</summary>
    public void Take(StatusRecord record)
    {
        _begun.TrySetResult();
        if (record.Status is not null)
            _told.TrySetResult(record);
    }
}
