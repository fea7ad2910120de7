using RemoteShell.Client;
using RemoteShell.Client.Streams;

namespace RemoteShell.Fleet.Execution;

/// <summary>Writes to a file that is kept, and then to a stream that shows the same.</summary>
/// <remarks>If the file cannot be written, the command is left running: another client can go on with it.</remarks>
/// <param name="kept">The file.</param>
/// <param name="shown">The other stream.</param>
/// <param name="job">The job whose output it is.</param>
internal sealed class TeeStream(Stream kept, Stream shown, Task<RemoteJob> job) : WriteOnlyStream
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await kept.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RemoteJob running = await job.WaitAsync(cancellationToken).ConfigureAwait(false);
            running.LeaveRunning();
            throw;
        }

        await shown.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();
}
