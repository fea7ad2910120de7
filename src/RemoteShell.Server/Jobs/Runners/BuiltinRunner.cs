using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a built-in of the server, in its process.</summary>
internal sealed class BuiltinRunner(Builtin builtin, BuiltinCall call, Encoding encoding) : IJobRunner
{
    public IReadOnlyList<string> Streams => ["stdout", "stderr"];

    /// <summary>The shell of the conversation that the built-in is a line of; null: none.</summary>
    public ConversationShell? Conversation { get; init; }

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        (int code, byte[] output, byte[] error) = EncodedAnswer.Of(builtin, call, encoding);
        await job.Buffer("stdout").AppendAsync(output);
        await job.Buffer("stderr").AppendAsync(error);
        Conversation?.SetStatus(code);
        // A built-in ends before anything could end it, so the job's cause does not count.
        return new(Outcome.Exited, code) { Folder = Conversation?.WorkingFolder };
    }

    // A built-in ends before a signal could reach it.
    public bool Signal(int number) => false;
}
