using RemoteShell.Cli.Client.Streams;

namespace RemoteShell.Cli.Client.Ssh;

/// <summary>The output of a remote terminal. Once its reader has gone, it drops what comes.</summary>
/// <remarks>
/// As behind ssh, the terminal hangs up then: the programs on it get SIGHUP, and those that ignore it go on. To leave the job would end
/// those too, such as the server of mosh, whose client closes the pipe as soon as it has read the port.
/// </remarks>
/// <param name="output">Where the output goes.</param>
internal sealed class HangUpStream(Stream output) : WriteOnlyStream
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the reader has gone.</summary>
    public Task Gone => _gone.Task;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_gone.Task.IsCompleted)
            return;
        try
        {
            output.Write(buffer);
        }
        catch (BrokenOutputException)
        {
            _gone.SetResult();
        }
    }
}
