using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;

namespace RemoteShell.Server.Jobs;

/// <summary>A job that is a process on a terminal.</summary>
internal sealed class TerminalBody(TerminalLauncher launcher, string text, Func<ProcessSpecification> prepare, JobTimes times) : ProcessBody(launcher, text, prepare, times)
{
    /// <summary>Bytes of what was shown that are kept for whoever takes the job over: a few screens in colour.</summary>
    public const int Tail = 64 * 1024;

    private const int HangUp = 1;

    public override void Resize(int columns, int rows) => launcher.Resize(columns, rows);

    // A shell with somebody at it ignores TERM, and passes the end of its terminal on to all that it runs.
    protected override Task TerminateAsync(int group)
    {
        ProcessGroup.Signal(group, HangUp);
        return base.TerminateAsync(group);
    }
}
