using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a line after the line before it, if the shell has run that one undisturbed and goes on.</summary>
/// <param name="before">The job of the line before.</param>
/// <param name="shell">The conversation's shell.</param>
/// <param name="line">Runs the line.</param>
internal sealed class FollowingRunner(Job before, ConversationShell shell, IJobRunner line) : IJobRunner
{
    private const int NotRun = 126;

    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private bool _hasBegun;

    public IReadOnlyList<string> Streams => line.Streams;

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        await using (job.Stopping.UnsafeRegister(_ => TryCancel(), null))
            await Task.WhenAny(before.Completion, _cancelled.Task);
        if (!TryBegin())
            return JobOutcome.NeverStarted(NotRun, "it was interrupted before it began") with { Folder = shell.WorkingFolder };
        return FaultOf(await before.Completion) is { } fault
            ? JobOutcome.NeverStarted(NotRun, fault)
            : await line.RunAsync(job, input);
    }

    public bool Signal(int number) => TryCancel() || line.Signal(number);

    private string? FaultOf(JobOutcome outcome) => outcome switch
    {
        { Kind: Outcome.NeverStarted } when !before.WasDisturbed => "the line before it was not run",
        { Kind: not Outcome.NeverStarted, Folder: null } => "the shell of the conversation has ended",
        _ when before.WasDisturbed => "the line before it was interrupted",
        _ => null,
    };

    private bool TryBegin()
    {
        lock (_gate)
        {
            _hasBegun = !_cancelled.Task.IsCompleted;
            return _hasBegun;
        }
    }

    private bool TryCancel()
    {
        lock (_gate)
            return !_hasBegun && (_cancelled.TrySetResult() || _cancelled.Task.IsCompleted);
    }
}
