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

    // Guarded by _gate.
    private readonly List<Task> _signals = [];

    public string Text => text;

    public PipeDrain Output => output;

    public PipeDrain Error => error;

    /// <summary>The number of the line in its conversation; 0 before its turn.</summary>
    public int Sequence { get; set; }

    /// <summary>When the shell got the line, as <see cref="Stopwatch.GetTimestamp"/> tells.</summary>
    public long Began { get; set; }

    /// <summary>Completes when the shell has read the line, or has told its status.</summary>
    public Task Begun => _begun.Task;

    /// <summary>What the shell tells after the line.</summary>
    public Task<StatusRecord> Told => _told.Task;

    /// <summary>Cancelled by a signal that comes before the line's turn: nothing of it runs then.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Keeps the line from beginning.</summary>
    public void Cancel() => _cancelled.Cancel();

    /// <summary>Adds a signal that is being sent.</summary>
    public void AddSignal(Task sending)
    {
        lock (_gate)
            _signals.Add(sending);
    }

    /// <summary>Completes when all signals were sent. Call when no more are added.</summary>
    public Task SignalledAsync()
    {
        lock (_gate)
            return Task.WhenAll(_signals);
    }

    /// <summary>Takes a record that has this line's number.</summary>
    public void Take(StatusRecord record)
    {
        _begun.TrySetResult();
        if (record.Status is not null)
            _told.TrySetResult(record);
    }
}
