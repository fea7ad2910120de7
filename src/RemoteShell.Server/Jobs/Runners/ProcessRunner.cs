using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a process: its pipes fill the job's outputs, and its end is the job's end.</summary>
/// <param name="launcher">Starts the process.</param>
/// <param name="prepare">Builds what to start; may throw a <see cref="ProcessStartException"/>.</param>
/// <param name="times">How long each step of ending the job may take.</param>
internal class ProcessRunner(IProcessLauncher launcher, Func<ProcessSpec> prepare, JobTimes times) : IJobRunner
{
    private readonly Lock _gate = new();

    // All guarded by _gate. Signals that came before the process led its group.
    private readonly List<int> _earlySignals = [];

    // The group; 0 before the process leads it.
    private int _group;
    private bool _hasExited;

    // Whether the server ended the process.
    private bool _wasEnded;

    public virtual IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public virtual async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        PipeDrain output = Drain(job.Buffer("stdout")), error = Drain(job.Buffer("stderr"));
        var pipes = new ProcessPipes
        {
            Input = input is null ? null : (pipe, gone) => input(pipe, gone),
            Output = (pipe, gone) => FillAsync(job.Buffer("stdout"), pipe, output, gone),
            Error = (pipe, gone) => FillAsync(job.Buffer("stderr"), pipe, error, gone),
        };
        ProcessRun run;
        try
        {
            run = launcher.Start(prepare(), pipes);
        }
        catch (ProcessStartException e)
        {
            return JobOutcome.NeverStarted(e.Code, e.Message);
        }

        SetGroup(await run.Group, run.Exited);
        Task ending = Task.CompletedTask;
        CancellationTokenRegistration registration = job.Stopping.UnsafeRegister(_ => ending = EndAsync(run.Exited), null);
        await run.Exited;
        // A cause that comes after the exit did not end the job.
        EndCause? cause = MarkExited() ? job.Cause : null;
        ProcessExit exit = await run.Completion;
        await registration.DisposeAsync();
        await ending;
        List<string> held = [];
        if (output.WasHeld)
            held.Add("stdout");
        if (error.WasHeld)
            held.Add("stderr");
        return JobOutcome.Of(exit, cause) with { Held = held.Count > 0 ? held : null };
    }

    public virtual (int Columns, int Rows)? TerminalSize => null;

    public virtual void Resize(int columns, int rows)
    {
    }

    public bool Signal(int number)
    {
        lock (_gate)
        {
            if (_hasExited)
                return false;
            if (_group > 0)
                return ProcessGroup.Signal(_group, number);
            _earlySignals.Add(number);
            return true;
        }
    }

    /// <summary>Ends all processes of the group; completes when none runs any more.</summary>
    protected virtual Task TerminateAsync(int group) => ProcessGroup.TerminateAsync(group, times.Grace);

    private void SetGroup(int group, Task exited)
    {
        lock (_gate)
        {
            _group = group;
            if (exited.IsCompleted)
                return;
            foreach (int number in _earlySignals)
                ProcessGroup.Signal(group, number);
        }
    }

    // Returns whether the server ended the process.
    private bool MarkExited()
    {
        lock (_gate)
        {
            _hasExited = true;
            return _wasEnded;
        }
    }

    // Does nothing if the process has already exited by itself: the processes it left behind are not ended either.
    private Task EndAsync(Task exited)
    {
        int group;
        lock (_gate)
        {
            if (_hasExited || exited.IsCompleted)
                return Task.CompletedTask;
            _wasEnded = true;
            group = _group;
        }

        return TerminateAsync(group);
    }

    // The wait for free buffer space cannot be cancelled: output of a process that has exited must not be lost because its reader is slow.
    private PipeDrain Drain(ReplayBuffer buffer) => new(times.Drain, () => buffer.GetMemoryAsync(CancellationToken.None), buffer.Commit);

    private static async Task FillAsync(ReplayBuffer buffer, Stream pipe, PipeDrain drain, CancellationToken gone)
    {
        await drain.ReadAllAsync(pipe, gone);
        buffer.Complete();
    }
}
