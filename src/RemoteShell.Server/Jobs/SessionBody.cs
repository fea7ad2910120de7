using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs;

/// <summary>A line of a prompt: a process whose folder and exported variables come back in the stream <c>session</c>.</summary>
internal sealed class SessionBody(
    IProcessLauncher launcher, string text, Func<ProcessSpecification> prepare, JobTimes times, string stateFile, IReadOnlyDictionary<string, string> login, Encoding encoding)
    : ProcessBody(launcher, text, prepare, times)
{
    public override IReadOnlyList<string> Streams => ["stdout", "stderr", "session"];

    public override async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        try
        {
            JobOutcome outcome = await base.RunAsync(job, input);
            if (Read() is { } state)
                await job.Log("session").AppendAsync(MessageCodec.EncodeSession(state));
            return outcome;
        }
        finally
        {
            Delete();
        }
    }

    // A line may have done anything, to this file too: then it leaves nothing behind, and has its outcome all the same.
    private SessionState? Read()
    {
        try
        {
            return SessionScript.Read(stateFile, login, encoding);
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
