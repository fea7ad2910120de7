using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>A line of a prompt: a process whose folder and exported variables come back in the stream <c>session</c>.</summary>
internal sealed class PromptLineRunner(
    IProcessLauncher launcher, string text, Func<ProcessSpec> prepare, JobTimes times, string stateFile, IReadOnlyDictionary<string, string> login, Encoding encoding)
    : ProcessRunner(launcher, text, prepare, times)
{
    public override IReadOnlyList<string> Streams => ["stdout", "stderr", "session"];

    public override async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        try
        {
            JobOutcome outcome = await base.RunAsync(job, input);
            if (Read() is { } state)
                await job.Log("session").AppendAsync(MessageCodec.EncodeShellState(state));
            return outcome;
        }
        finally
        {
            Delete();
        }
    }

    // A line may have done anything, to this file too: then it leaves nothing behind, and has its outcome all the same.
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
            // The whole folder goes with the server.
        }
    }
}
