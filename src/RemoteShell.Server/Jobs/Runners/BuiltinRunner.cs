using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>A job that is one of the server's own commands, run in process.</summary>
internal sealed class BuiltinRunner(Builtin builtin, BuiltinCall call, string text, Encoding encoding, IReadOnlyList<string> streams) : IJobRunner
{
    public string Command => text;

    public IReadOnlyList<string> Streams => streams;

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        BuiltinResult result = builtin.Run(call);
        (byte[] output, byte[] error) = Encode(result);
        await job.Log("stdout").AppendAsync(output);
        await job.Log("stderr").AppendAsync(error);
        if (output.Length == 0 && result.Output.Length > 0)
            return new(Outcome.Exited, 1);
        // It is over before anything could end it.
        return new(Outcome.Exited, result.Code);
    }

    // An answer that cannot be said is not said as something else.
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

    // It is over before a signal could reach it.
    public bool Signal(int number) => false;
}
