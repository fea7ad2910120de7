using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The output of the hosts of a run, as it is kept, converted from the encoding of the remote text.</summary>
/// <param name="run">The run.</param>
/// <param name="line">The command line of the run, which says the encoding of each host.</param>
internal sealed class KeptOutput(KeptRun run, RunLine line)
{
    /// <summary>The run.</summary>
    public KeptRun Run => run;

    /// <summary>Copies the output of a host.</summary>
    public async Task CopyAsync(string host, OutputStream stream, Stream target)
    {
        await using Stream output = run.OpenOutput(host, stream);
        if (line.TextOf(host) is not { } text)
        {
            await output.CopyToAsync(target);
            return;
        }

        var decoded = new DecodedOutput(target, text.Name);
        await output.CopyToAsync(decoded);
        decoded.Finish();
    }
}
