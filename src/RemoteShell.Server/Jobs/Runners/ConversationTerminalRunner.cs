using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a command on a terminal, with the folder and the variables of a conversation.</summary>
/// <param name="state">The folder and the variables, which are read before the command starts.</param>
/// <param name="launcher">Starts the process on a terminal.</param>
/// <param name="prepare">Builds what to start.</param>
/// <param name="times">How long each step of ending the job may take.</param>
/// <param name="group">The control group that <paramref name="prepare"/> puts the process into; null: none.</param>
internal sealed class ConversationTerminalRunner(
    ConversationState state,
    TerminalLauncher launcher,
    Func<ProcessSpec> prepare,
    JobTimes times,
    ControlGroup? group) : TerminalRunner(launcher, prepare, times, group)
{
    public override async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        await state.ReadAsync();
        JobOutcome outcome = await base.RunAsync(job, input);
        state.SetStatus(outcome.Code);
        return outcome;
    }
}
