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
        BuiltinResult result = builtin.Run(call);
        (byte[] output, byte[] error) = Encode(result);
        await job.Buffer("stdout").AppendAsync(output);
        await job.Buffer("stderr").AppendAsync(error);
        // If the output could not be encoded, Encode has replaced it.
        int code = output.Length == 0 && result.Output.Length > 0 ? 1 : result.Code;
        Conversation?.SetStatus(code);
        // A built-in ends before anything could end it, so the job's cause does not count.
        return new(Outcome.Exited, code) { Folder = Conversation?.WorkingFolder };
    }

    // If the encoding does not have a character of the answer, an error message replaces the whole answer.
    private (byte[] Output, byte[] Error) Encode(BuiltinResult result)
    {
        try
        {
            return (encoding.GetBytes(result.Output), encoding.GetBytes(result.Error));
        }
        catch (EncoderFallbackException)
        {
            return ([], Encoding.ASCII.GetBytes($"{builtin.Name}: the answer has a character that {encoding.WebName} does not have\n"));
        }
    }

    // A built-in ends before a signal could reach it.
    public bool Signal(int number) => false;
}
