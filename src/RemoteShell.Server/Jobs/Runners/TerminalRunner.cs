using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a process on a terminal.</summary>
/// <param name="launcher">Starts the process on a terminal.</param>
/// <param name="prepare">Builds what to start.</param>
/// <param name="times">How long each step of ending the job may take.</param>
/// <param name="group">The control group that <paramref name="prepare"/> puts the process into; null: none.</param>
internal class TerminalRunner(TerminalLauncher launcher, Func<ProcessSpec> prepare, JobTimes times, ControlGroup? group)
    : ProcessRunner(launcher, prepare, times, group)
{
    /// <summary>Bytes of output kept for a client that takes the job over: a few screens in colour.</summary>
    public const int Tail = 64 * 1024;

    private const int HangUp = 1;

    public override (int Columns, int Rows)? TerminalSize => launcher.Size;

    public override void Resize(int columns, int rows) => launcher.Resize(columns, rows);

    // An interactive shell ignores TERM. At HUP it ends, and sends HUP to all that it runs.
    protected override async Task TerminateAsync(CommandProcesses processes)
    {
        await processes.SignalAsync(HangUp);
        await base.TerminateAsync(processes);
    }
}
