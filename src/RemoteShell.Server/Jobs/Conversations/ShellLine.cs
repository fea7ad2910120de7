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

    /// <summary>Completes when all signals were sent. Call when no more are added.</summary>
    public Task SignalledAsync()
    {
        lock (_gate)
            return Task.WhenAll(_signals.Values);
    }

    /// <summary>Takes a record that has this line's number.</summary>
    public void Take(StatusRecord record)
    {
        _begun.TrySetResult();
        if (record.Status is not null)
            _told.TrySetResult(record);
    }
}
