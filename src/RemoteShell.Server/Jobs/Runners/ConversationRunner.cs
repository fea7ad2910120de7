using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs the shell of a conversation. The job's outputs get what its lines leave in the background writes.</summary>
/// <param name="shell">The shell.</param>
/// <param name="launcher">Starts the process.</param>
/// <param name="prepare">Builds what to start.</param>
/// <param name="times">How long each step of ending the job may take.</param>
/// <param name="group">The control group that <paramref name="prepare"/> puts the process into; null: none.</param>
internal sealed class ConversationRunner(
    ConversationShell shell, IProcessLauncher launcher, Func<ProcessSpec> prepare, JobTimes times, ControlGroup? group)
    : ProcessRunner(launcher, prepare, times, group)
{
    private const int HangUp = 1;

    private readonly JobTimes _times = times;

    /// <summary>The shell, for the lines.</summary>
    public ConversationShell Shell => shell;

    public override async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        ReplayBuffer output = job.Buffer("stdout"), error = job.Buffer("stderr");
        using var late = new LateOutput(output, error);
        shell.Late = late;
        var pipes = new ProcessPipes { Input = shell.FeedAsync, Output = shell.ReadAsync, Error = shell.ReadErrorAsync };
        JobOutcome outcome = await RunAsync(job, pipes);
        // A shell that was not started has no exit status. Lines that wait for it must not wait for ever.
        shell.SetEnded(new(outcome.Code));
        await shell.RemovePipesAsync();
        IReadOnlyList<string> held = await late.EndAsync(_times.Drain);
        return held.Count > 0 ? outcome with { Held = held } : outcome;
    }

    protected override void Started(int leader) => shell.SetShell(leader);

    protected override void Ended(ProcessExit exit) => shell.SetEnded(exit);

    // An interactive shell ignores TERM. At HUP it ends, and sends HUP to all that it runs.
    protected override async Task TerminateAsync(CommandProcesses processes)
    {
        shell.EndInput();
        await processes.SignalAsync(HangUp);
        await base.TerminateAsync(processes);
    }
}
