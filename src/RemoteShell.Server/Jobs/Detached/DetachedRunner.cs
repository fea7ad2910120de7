using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>Follows a command that runs without the server, under a supervisor. After a restart the next server follows it.</summary>
/// <param name="folder">The job's folder.</param>
/// <param name="grace">The time between TERM and KILL.</param>
/// <param name="group">The control group that the command is in; null: none.</param>
/// <param name="superviseAsync">
/// Completes when the supervisor is gone; with an outcome if the command never started. The command starts once the given task completes,
/// or the server is gone.
/// </param>
internal sealed class DetachedRunner(
    JobFolder folder, TimeSpan grace, ControlGroup? group, Func<Task, Task<JobOutcome?>> superviseAsync) : IJobRunner
{
    // The system does not report when a file is renamed. The command leads its session a few ms after the start.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    // Kept once it is known: a command may remove its job's folder, and must still get signals.
    private ProcessIdentity? _leader;
    private volatile bool _wasEnded;

    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Streams => JobFolder.Streams;

    /// <summary>Makes a runner that starts the command under a supervisor.</summary>
    public static DetachedRunner Start(
        JobFolder folder, IProcessLauncher launcher, Func<ProcessSpec> prepare, TimeSpan grace, ControlGroup? group)
        => new(folder, grace, group, async watched =>
        {
            try
            {
                ProcessSpec supervisor = Supervisor.Wrap(prepare(), folder.Path);
                // The command starts when this pipe is closed.
                var pipes = new ProcessPipes { Input = (_, gone) => watched.WaitAsync(gone), Output = DrainAsync, Error = DrainAsync };
                await launcher.Start(supervisor, pipes).Completion;
                return null;
            }
            catch (ProcessStartException e)
            {
                return folder.TryClose() ? JobOutcome.NeverStarted(e.Code, e.Message) : null;
            }
        });

    /// <summary>Makes a runner that follows a command which an earlier server started.</summary>
    public static DetachedRunner Continue(JobFolder folder, ProcessIdentity supervisor, TimeSpan grace, ControlGroup? group)
        => new(folder, grace, group, async _ =>
        {
            await supervisor.GoneAsync();
            return null;
        });

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        Task ending = Task.CompletedTask;
        CancellationTokenRegistration registration = job.Stopping.UnsafeRegister(_ => ending = Task.Run(EndAsync), null);
        var watched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            Task<JobOutcome?> supervised = superviseAsync(watched.Task);
            using ProcessHandle? handle = await OpenLeaderAsync(supervised);
            watched.SetResult();
            if (Leader() is { } leader)
                await leader.GoneAsync();
            // A cause that came after the exit did not end the job, nor did one that found nothing to end.
            EndCause? cause = _wasEnded ? job.Cause : null;
            JobOutcome? neverStarted = await supervised;
            _gone.SetResult();
            if (neverStarted is not null)
                return neverStarted;
            if (cause is not null)
                await ending;
            // The system tells how the command ended only once the supervisor has reaped it, which it has by now.
            JobOutcome outcome = OutcomeOf(folder, handle?.ReadExit(), cause)
                .WithEscaped(cause is null ? [] : await LeftoverProcesses.OfEnvironmentAsync(job.Id));
            return outcome with { Held = await IsLeftBehindAsync() ? JobFolder.Streams : null };
        }
        finally
        {
            watched.TrySetResult();
            _gone.TrySetResult();
            await registration.DisposeAsync();
            await ending;
            group?.TryRemove();
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

    public async Task<bool> BegunAsync()
    {
        while (!_gone.Task.IsCompleted && Leader() is null)
            await Task.WhenAny(_gone.Task, Task.Delay(PollInterval));
        return Leader() is not null;
    }

    public bool Signal(int number)
        => !_gone.Task.IsCompleted && Leader() is { } leader && leader.IsAlive() && Processes(leader).Signal(number);

    // Completes when the command is about to run, with a handle of it that tells how it ends; null if there is none.
    private async Task<ProcessHandle?> OpenLeaderAsync(Task supervised)
    {
        while (!supervised.IsCompleted && Leader() is null)
            await Task.WhenAny(supervised, Task.Delay(PollInterval));
        return Leader()?.Open();
    }

    // The command, which led its session, is gone: a process that is still in the session was left behind.
    private async Task<bool> IsLeftBehindAsync() => Leader() is { } leader && await Processes(leader).AreAliveAsync();

    private async Task EndAsync()
    {
        await BegunAsync();
        if (_gone.Task.IsCompleted || Leader() is not { } leader || !leader.IsAlive())
            return;
        _wasEnded = true;
        CommandProcesses processes = Processes(leader);
        // A command that a quota has paused must continue to be able to end.
        processes.Signal(SignalName.ToNumber("CONT")!.Value);
        await processes.TerminateAsync(grace);
    }

    private CommandProcesses Processes(ProcessIdentity leader) => new(leader.Pid, group);

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
