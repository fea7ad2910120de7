using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>Follows a command that runs without the server, under a supervisor. After a restart the next server follows it.</summary>
/// <param name="folder">The job's folder.</param>
/// <param name="grace">The time between TERM and KILL.</param>
/// <param name="superviseAsync">Completes when the supervisor is gone; with an outcome if the command never started.</param>
internal sealed class DetachedRunner(JobFolder folder, TimeSpan grace, Func<Task<JobOutcome?>> superviseAsync) : IJobRunner
{
    // The system does not report when a file is renamed. The command leads its group a few ms after the start.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    // Kept once it is known: a command may remove its job's folder, and must still get signals.
    private ProcessIdentity? _leader;
    private volatile bool _wasEnded;

    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Streams => JobFolder.Streams;

    /// <summary>Makes a runner that starts the command under a supervisor.</summary>
    public static DetachedRunner Start(JobFolder folder, IProcessLauncher launcher, Func<ProcessSpec> prepare, TimeSpan grace)
        => new(folder, grace, async () =>
        {
            try
            {
                ProcessSpec supervisor = Supervisor.Wrap(prepare(), folder.Path);
                await launcher.Start(supervisor, new() { Output = DrainAsync, Error = DrainAsync }).Completion;
                return null;
            }
            catch (ProcessStartException e)
            {
                return folder.TryClose() ? JobOutcome.NeverStarted(e.Code, e.Message) : null;
            }
        });

    /// <summary>Makes a runner that follows a command which an earlier server started.</summary>
    public static DetachedRunner Continue(JobFolder folder, ProcessIdentity supervisor, TimeSpan grace)
        => new(folder, grace, async () =>
        {
            await supervisor.GoneAsync();
            return null;
        });

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        Task ending = Task.CompletedTask;
        CancellationTokenRegistration registration = job.Stopping.UnsafeRegister(_ => ending = EndAsync(), null);
        try
        {
            Task<JobOutcome?> supervised = superviseAsync();
            using ProcessHandle? handle = await CommandExitAsync(supervised);
            // A cause that came after the exit did not end the job, nor did one that found nothing to end.
            EndCause? cause = _wasEnded ? job.Cause : null;
            JobOutcome? neverStarted = await supervised;
            _gone.SetResult();
            if (neverStarted is not null)
                return neverStarted;
            // The system tells how the command ended only once the supervisor has reaped it, which it has by now.
            return OutcomeOf(folder, handle?.ReadExit(), cause) with { Held = IsLeftBehind() ? JobFolder.Streams : null };
        }
        finally
        {
            _gone.TrySetResult();
            await registration.DisposeAsync();
            await ending;
        }
    }

    /// <summary>The outcome that the job's folder records, once the supervisor is gone.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="seen">How the command ended, if the system told.</param>
    /// <param name="cause">Why the server ended the job; null: it did not.</param>
    public static JobOutcome OutcomeOf(JobFolder folder, ProcessExit? seen, EndCause? cause) => folder.Exit() switch
    {
        // The system tells the signal, if it was asked in time; the supervisor always tells the status.
        { Status: var status } => JobOutcome.Of(seen?.Code == status ? seen : new(status), cause),
        null when folder.Supervisor is null => JobOutcome.Lost("the server was gone before the job began"),
        null => JobOutcome.Lost("its supervisor process was killed, so its exit status is not known"),
    };

    public async Task BegunAsync()
    {
        while (!_gone.Task.IsCompleted && Leader() is null)
            await Task.WhenAny(_gone.Task, Task.Delay(PollInterval));
    }

    public bool Signal(int number)
        => !_gone.Task.IsCompleted && Leader() is { } leader && leader.IsAlive() && ProcessGroup.Signal(leader.Pid, number);

    // Completes when the command has exited, with a handle of it; null if it is not known.
    private async Task<ProcessHandle?> CommandExitAsync(Task supervised)
    {
        while (!supervised.IsCompleted && Leader() is null)
            await Task.WhenAny(supervised, Task.Delay(PollInterval));
        if (Leader() is not { } leader)
            return null;
        ProcessHandle? handle = leader.Open();
        await leader.GoneAsync();
        return handle;
    }

    // The command, which led its group, is gone: a process that is still in the group was left behind.
    private bool IsLeftBehind() => Leader() is { } leader && ProcessGroup.Signal(leader.Pid, 0);

    private async Task EndAsync()
    {
        await BegunAsync();
        if (_gone.Task.IsCompleted || Leader() is not { } leader || !leader.IsAlive())
            return;
        _wasEnded = true;
        // A command that a quota has paused must continue to be able to end.
        ProcessGroup.Signal(leader.Pid, SignalName.ToNumber("CONT")!.Value);
        await ProcessGroup.TerminateAsync(leader.Pid, grace);
    }

    private ProcessIdentity? Leader()
    {
        try
        {
            _leader ??= folder.Leader;
            return _leader;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Task DrainAsync(Stream pipe, CancellationToken gone) => pipe.CopyToAsync(Stream.Null, CancellationToken.None);
}
