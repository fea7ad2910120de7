using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>A job that is a process: its pipes are the job's logs, its end is the job's.</summary>
internal class ProcessRunner(IProcessLauncher launcher, string text, Func<ProcessSpec> prepare, JobTimes times) : IJobRunner
{
    private readonly Lock _gate = new();

    // Under _gate: signals that came before there was a group, the group while there is one, and whether it is over.
    private readonly List<int> _early = [];
    private int _group;
    private bool _isOver;

    public string Command => text;

    public virtual IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public virtual async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        PipeDrain output = Drain(job.Log("stdout")), error = Drain(job.Log("stderr"));
        var pipes = new ProcessPipes
        {
            Input = input is null ? null : (pipe, gone) => input(pipe, gone),
            Output = (pipe, gone) => FillAsync(job.Log("stdout"), pipe, output, gone),
            Error = (pipe, gone) => FillAsync(job.Log("stderr"), pipe, error, gone),
        };

        Task ending = Task.CompletedTask;
        CancellationTokenRegistration registration = default;
        EndCause? cause = null;
        var events = new ProcessEvents(
            Led: pid =>
            {
                Led(pid);
                registration = job.Stopping.UnsafeRegister(_ => ending = EndAsync(pid), null);
            },
            // A reason to end the job that comes later did not end it.
            Exited: () => cause = Over(job));
        try
        {
            ProcessExit exit = await launcher.RunAsync(prepare(), pipes, events);
            await registration.DisposeAsync();
            await ending;
            string[] held = [.. output.WasHeld ? ["stdout"] : Array.Empty<string>(), .. error.WasHeld ? ["stderr"] : Array.Empty<string>()];
            return JobOutcome.Of(exit, cause) with { Held = held.Length > 0 ? held : null };
        }
        catch (ProcessStartException e)
        {
            return JobOutcome.NeverStarted(e.Code, e.Message);
        }
    }

    public virtual void Resize(int columns, int rows)
    {
    }

    public bool Signal(int number)
    {
        lock (_gate)
        {
            if (_isOver)
                return false;
            if (_group > 0)
                return ProcessGroup.Signal(_group, number);
            _early.Add(number);
            return true;
        }
    }

    private void Led(int group)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            _group = group;
            foreach (int number in _early)
                ProcessGroup.Signal(group, number);
        }
    }

    private EndCause? Over(Job job)
    {
        lock (_gate)
            _isOver = true;
        return job.Cause;
    }

    // A process that has exited by itself needs no ending, and what it left behind was not asked to go.
    private Task EndAsync(int group)
    {
        lock (_gate)
        {
            if (_isOver)
                return Task.CompletedTask;
        }

        return TerminateAsync(group);
    }

    /// <summary>Ends all that runs, and returns when nothing does.</summary>
    protected virtual Task TerminateAsync(int group) => ProcessGroup.TerminateAsync(group, times.Grace);

    // Room is waited for without a token: a process that is gone must not lose what it wrote because its reader is slow.
    private PipeDrain Drain(ReplayBuffer log) => new(times.Drain, () => log.GetMemoryAsync(CancellationToken.None), log.Commit);

    private static async Task FillAsync(ReplayBuffer log, Stream pipe, PipeDrain drain, CancellationToken gone)
    {
        await drain.ReadAllAsync(pipe, gone);
        log.Complete();
    }
}

/// <summary>How long things may take at a job's end.</summary>
/// <param name="Grace">Between TERM and KILL.</param>
/// <param name="Drain">How long an empty pipe is waited for that somebody else still holds.</param>
internal sealed record JobTimes(TimeSpan Grace, TimeSpan Drain);
