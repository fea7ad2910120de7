using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a line of a prompt.</summary>
/// <remarks>Returns the working directory and the exported variables, as the line left them, in the stream <c>session</c>.</remarks>
/// <param name="launcher">Starts the process.</param>
/// <param name="prepare">Builds what to start.</param>
/// <param name="times">How long each step of ending the job may take.</param>
/// <param name="group">The control group that <paramref name="prepare"/> puts the process into; null: none.</param>
/// <param name="stateFile">Where the line's shell writes the directory and the variables.</param>
/// <param name="login">The login environment, before the request's variables are applied.</param>
/// <param name="encoding">The encoding of <paramref name="stateFile"/>.</param>
internal sealed class PromptLineRunner(
    IProcessLauncher launcher,
    Func<ProcessSpec> prepare,
    JobTimes times,
    ControlGroup? group,
    string stateFile,
    IReadOnlyDictionary<string, string> login,
    Encoding encoding) : ProcessRunner(launcher, prepare, times, group)
{
    public override IReadOnlyList<string> Streams => ["stdout", "stderr", "session"];

    public override async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        try
        {
            JobOutcome outcome = await base.RunAsync(job, input);
            if (Read() is { } state)
                await job.Buffer("session").AppendAsync(MessageCodec.EncodeShellState(state));
            return outcome;
        }
        finally
        {
            Delete();
        }
    }

    // The line may have done anything to the file. If it cannot be read, the state does not change; the line still has its outcome.
    private ShellState? Read()
    {
        try
        {
            return PromptLineScript.Read(stateFile, login, encoding);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return null;
        }
    }

    private void Delete()
    {
        try
        {
            File.Delete(stateFile);
            File.Delete($"{stateFile}.part");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The server deletes the whole folder when it stops.
        }
    }
}
