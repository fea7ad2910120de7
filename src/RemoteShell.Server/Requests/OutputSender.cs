using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs;

namespace RemoteShell.Server.Requests;

/// <summary>Sends one of a job's logs as a byte stream, from the memory that the process's output was read into.</summary>
internal sealed class OutputSender(ByteLog log, OutgoingStream stream)
{
    public OutgoingStream Stream => stream;

    /// <summary>Sends to the log's end. Where nobody takes it any more, the job must not wait for that: the rest is dropped.</summary>
    public async Task RunAsync()
    {
        try
        {
            long position = 0;
            while (true)
            {
                ReadOnlyMemory<byte> bytes = await log.ReadAsync(CancellationToken.None);
                if (bytes.Length == 0)
                    break;
                await stream.WriteAsync(bytes);
                log.Advance(bytes.Length);
                log.Acknowledge(position += bytes.Length);
            }

            stream.End();
        }
        catch (Exception)
        {
            // Whatever it is, the channel's end tells of it.
            log.Abandon();
        }
    }
}
