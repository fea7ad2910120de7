using RemoteShell.Protocol.Recordings;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>A job that is a process on a terminal.</summary>
/// <param name="launcher">The terminal.</param>
/// <param name="text">The command as people know it.</param>
/// <param name="prepare">What is to be started.</param>
/// <param name="times">How long things may take.</param>
/// <param name="recording">What takes down what is shown; null: nothing does.</param>
internal sealed class TerminalRunner(TerminalLauncher launcher, string text, Func<ProcessSpec> prepare, JobTimes times, Asciicast? recording) : ProcessRunner(launcher, text, prepare, times)
{
    /// <summary>Bytes of what was shown that are kept for whoever takes the job over: a few screens in colour.</summary>
    public const int Tail = 64 * 1024;

    private const int HangUp = 1;

    public override async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        JobOutcome outcome = await base.RunAsync(job, input);
        recording?.Exit(outcome.Code);
        recording?.Dispose();
        return outcome;
    }

    public override void Resize(int columns, int rows)
    {
        launcher.Resize(columns, rows);
        recording?.Resize(columns, rows);
    }

    // A shell with somebody at it ignores TERM, and passes the end of its terminal on to all that it runs.
    protected override Task TerminateAsync(int group)
    {
        ProcessGroup.Signal(group, HangUp);
        return base.TerminateAsync(group);
    }
}
