using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>A job that lives without the server: a holder runs it, and this looks on. After a restart another one looks on.</summary>
internal sealed class DetachedRunner(JobFolder folder, string text, TimeSpan grace, Func<Task<JobOutcome?>> hold) : IJobRunner
{
    // Nobody tells when a file is renamed; the command leads its group a few milliseconds after the start.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    // Kept once it is seen: a command may remove its own folder, and must still be reached.
    private ProcessIdentity? _leader;
    private volatile bool _wasEnded;

    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Command => text;

    public IReadOnlyList<string> Streams => JobFolder.Streams;

    /// <summary>Starts the command by a holder.</summary>
    public static DetachedRunner Start(JobFolder folder, string text, IProcessLauncher launcher, Func<ProcessSpec> prepare, TimeSpan grace)
        => new(folder, text, grace, async () =>
        {
            try
            {
                ProcessSpec command = prepare();
                await launcher.RunAsync(Supervisor.Wrap(command, folder.Path), new() { Output = DrainAsync, Error = DrainAsync }, new(_ => { }, () => { }));
                return null;
            }
            catch (ProcessStartException e)
            {
                return folder.TryClose() ? JobOutcome.NeverStarted(e.Code, e.Message) : null;
            }
        });

    /// <summary>Looks on at a command that a server before this one started.</summary>
    public static DetachedRunner Continue(JobFolder folder, string text, ProcessIdentity holder, TimeSpan grace)
        => new(folder, text, grace, async () =>
        {
            await holder.GoneAsync();
            return null;
        });

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        Task ending = Task.CompletedTask;
        CancellationTokenRegistration registration = job.Stopping.UnsafeRegister(_ => ending = EndAsync(), null);
        try
        {
            Task<JobOutcome?> held = hold();
            using ProcessHandle? handle = await SeeExitAsync(held);
            // A reason to end the job that comes later did not end it, nor one that found nothing to end.
            EndCause? cause = _wasEnded ? job.Cause : null;
            JobOutcome? never = await held;
            _gone.SetResult();
            // The holder has collected the command by now, and only then the system tells.
            return never ?? OutcomeOf(folder, handle?.ReadExit(), cause) with { Held = IsLeftBehind() ? JobFolder.Streams : null };
        }
        finally
        {
            _gone.TrySetResult();
            await registration.DisposeAsync();
            await ending;
        }
    }

    /// <summary>What a job's folder says of its end, once its holder is gone.</summary>
    public static JobOutcome OutcomeOf(JobFolder folder, ProcessExit? seen, EndCause? cause) => folder.Exit() switch
    {
        // The system knows the signal, where it was asked in time; the holder knows the status.
        { Status: var status } => JobOutcome.Of(seen?.Code == status ? seen : new(status), cause),
        null when folder.Supervisor is null => JobOutcome.Lost("the server was gone before the job had begun"),
        null => JobOutcome.Lost("the small process that held it was ended, so its exit status is not known"),
    };

    /// <summary>Completes when the command runs, or is over.</summary>
    public async Task BegunAsync()
    {
        while (!_gone.Task.IsCompleted && Leader() is null)
            await Task.WhenAny(_gone.Task, Task.Delay(Look));
    }

    public bool Signal(int number)
        => !_gone.Task.IsCompleted && Leader() is { } leader && leader.IsAlive() && ProcessGroup.Signal(leader.Pid, number);

    // Returns once the command has exited, with a handle of it.
    private async Task<ProcessHandle?> SeeExitAsync(Task held)
    {
        while (!held.IsCompleted && Leader() is null)
            await Task.WhenAny(held, Task.Delay(Look));
        if (Leader() is not { } leader)
            return null;
        ProcessHandle? handle = leader.Open();
        await leader.GoneAsync();
        return handle;
    }

    // The command leads its group, and is gone: whoever is still in it was left behind.
    private bool IsLeftBehind() => Leader() is { } leader && ProcessGroup.Signal(leader.Pid, 0);

    private async Task EndAsync()
    {
        await BegunAsync();
        if (_gone.Task.IsCompleted || Leader() is not { } leader || !leader.IsAlive())
            return;
        _wasEnded = true;
        // What a quota has stopped must wake up to end.
        ProcessGroup.Signal(leader.Pid, SignalName.ToNumber("CONT")!.Value);
        await ProcessGroup.TerminateAsync(leader.Pid, grace);
    }

    private ProcessIdentity? Leader()
    {
        try
        {
            return _leader ??= folder.Leader;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Task DrainAsync(Stream pipe, CancellationToken gone) => pipe.CopyToAsync(Stream.Null, CancellationToken.None);
}
