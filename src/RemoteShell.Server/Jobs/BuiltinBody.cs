using System.Text;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Jobs;

/// <summary>A job that is one of the server's own commands, run in process.</summary>
internal sealed class BuiltinBody(Builtin builtin, BuiltinCall call, string text, Encoding encoding, IReadOnlyList<string> streams) : IJobBody
{
    public string Command => text;

    public IReadOnlyList<string> Streams => streams;

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        BuiltinResult result = builtin.Run(call);
        await job.Log("stdout").AppendAsync(encoding.GetBytes(result.Output));
        await job.Log("stderr").AppendAsync(encoding.GetBytes(result.Error));
        // It is over before anything could end it.
        return new(Outcome.Exited, result.Code);
    }

    // It is over before a signal could reach it.
    public bool Signal(int number) => false;
}
