using RemoteShell.Client;

namespace RemoteShell.Fleet.Execution;

/// <summary>Writes to a file that is kept, and then to a stream that shows the same.</summary>
/// <remarks>If the file cannot be written, the command is left running: another client can go on with it.</remarks>
/// <param name="kept">The file.</param>
/// <param name="shown">The other stream.</param>
/// <param name="job">The job whose output it is.</param>
internal sealed class TeeStream(Stream kept, Stream shown, Task<RemoteJob> job) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Each write goes to both at once.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
