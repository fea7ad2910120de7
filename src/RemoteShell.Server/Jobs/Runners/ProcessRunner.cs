using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a process: its pipes fill the job's outputs, and its end is the job's end.</summary>
/// <param name="launcher">Starts the process.</param>
/// <param name="prepare">Builds what to start; may throw a <see cref="ProcessStartException"/>.</param>
/// <param name="times">How long each step of ending the job may take.</param>
/// <param name="group">The control group that <paramref name="prepare"/> puts the process into; null: none.</param>
internal class ProcessRunner(IProcessLauncher launcher, Func<ProcessSpec> prepare, JobTimes times, ControlGroup? group = null) : IJobRunner
{
    private readonly Lock _gate = new();

    // All guarded by _gate. Signals that came before the process led its session: each once, however often a client sends it.
    private readonly List<int> _earlySignals = [];

    // Null before the process leads its session.
    private CommandProcesses? _processes;
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
        JobOutcome outcome = await RunAsync(job, pipes);
        List<string> held = [];
        if (output.WasHeld)
            held.Add("stdout");
        if (error.WasHeld)
            held.Add("stderr");
        return outcome with { Held = held.Count > 0 ? held : null };
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
            if (_processes is { } processes)
                return processes.Signal(number);
            if (!_earlySignals.Contains(number))
                _earlySignals.Add(number);
            return true;
        }
    }

    /// <summary>Runs the process with the pipes to its end, and ends it when the job is ended.</summary>
    protected async Task<JobOutcome> RunAsync(Job job, ProcessPipes pipes)
    {
        ProcessRun run;
        try
        {
            run = launcher.Start(prepare(), pipes);
        }
        catch (ProcessStartException e)
        {
            return JobOutcome.NeverStarted(e.Code, e.Message);
        }

        int leader = await run.Group;
        Started(leader);
        if (SessionIdentity.Of(leader) is { } session)
            job.SetSession(session);
        SetProcesses(new(leader, group), run.Exited);
        Task ending = Task.CompletedTask;
        CancellationTokenRegistration registration = job.Stopping.UnsafeRegister(_ => ending = EndAsync(run.Exited), null);
        await run.Exited;
        // A cause that comes after the exit did not end the job.
        EndCause? cause = MarkExited() ? job.Cause : null;
        ProcessExit exit = await run.Completion;
        Ended(exit);
        await registration.DisposeAsync();
        await ending;
        group?.TryRemove();
        IReadOnlyList<ProcessEntry> escaped = cause is null ? [] : await LeftoverProcesses.OfEnvironmentAsync(job.Id);
        return JobOutcome.Of(exit, cause).WithEscaped(escaped);
    }

    /// <summary>Called when the process leads its session.</summary>
    protected virtual void Started(int leader)
    {
    }

    /// <summary>Called when the process is gone, and its pipes are done.</summary>
    protected virtual void Ended(ProcessExit exit)
    {
    }

    /// <summary>Ends all processes of the command; completes when none runs any more.</summary>
    protected virtual Task TerminateAsync(CommandProcesses processes) => processes.TerminateAsync(times.Grace);

    private void SetProcesses(CommandProcesses processes, Task exited)
    {
        lock (_gate)
        {
            _processes = processes;
            if (exited.IsCompleted)
                return;
            foreach (int number in _earlySignals)
                processes.Signal(number);
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
        lock (_gate)
        {
            if (_hasExited || exited.IsCompleted || _processes is null)
                return Task.CompletedTask;
            _wasEnded = true;
        }

        // Not on the caller's thread, which holds up its connection: the processes are looked up in /proc.
        return Task.Run(() => TerminateAsync(_processes));
    }

    // The wait for free buffer space cannot be cancelled: output of a process that has exited must not be lost because its reader is slow.
    private PipeDrain Drain(ReplayBuffer buffer) => new(times.Drain, () => buffer.GetMemoryAsync(CancellationToken.None), buffer.Commit);

    private static async Task FillAsync(ReplayBuffer buffer, Stream pipe, PipeDrain drain, CancellationToken gone)
    {
        await drain.ReadAllAsync(pipe, gone);
        buffer.Complete();
    }
}
