using RemoteShell.Cli.Client.Execution;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Runs one line of <c>connect</c> at the server.</summary>
internal static class PromptLine
{
    /// <summary>
    /// Runs the line with the folder and variables of <paramref name="session"/>, and stores the folder and variables as they are after
    /// the line.
    /// </summary>
    public static async Task<CommandResult> RunAsync(
        RemoteShellClient client, PromptState session, string line, CommandStreams streams, Interrupts interrupts)
    {
        CommandResult result = await CommandRunner.RunAsync(client, session.CommandFor(line), streams, interrupts, session.Text);
        session.Take(result);
        OutcomeMessages.Explain(result);
        OutcomeMessages.ExplainHeld(result);
        return result;
    }
}
