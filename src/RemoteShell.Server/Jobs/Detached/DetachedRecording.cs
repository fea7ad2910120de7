using System.Diagnostics;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Recordings;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>The recording of a detached job that has ended: its standard output, then its standard error, without times.</summary>
/// <param name="job">The job.</param>
/// <param name="file">The file that is written.</param>
internal sealed class DetachedRecording(Job job, RecordingFile file)
{
    private const int Piece = 64 * 1024;

    /// <summary>Writes the recording. What fails is logged.</summary>
    public async Task WriteAsync()
    {
        using Asciicast? cast = file.TryOpen(
            RecordingStore.NoTerminal,
            job.Record.Command,
            title: null,
            new(job.Id, RecordingStore.Exec, job.Owner.Fingerprint, Name: null),
            job.Record.Started);
        if (cast is null)
            return;
        long time = Stopwatch.GetTimestamp();
        byte[] buffer = new byte[Piece];
        foreach ((string name, JobOutput output) in job.Streams)
            await CopyAsync(cast, name == "stderr", output, buffer, time);
        cast.Exit(job.Ending!.Outcome.Code, time);
    }

    private static async Task CopyAsync(Asciicast cast, bool isError, JobOutput output, byte[] buffer, long time)
    {
        long offset = output.Start;
        if (offset > 0)
            cast.Remark($"{offset} bytes of {(isError ? "stderr" : "stdout")} were dropped at the quota of the job");
        while (offset < output.Length)
        {
            int count = await output.CopyAsync(offset, buffer);
            if (count <= 0)
            {
                cast.Remark($"the rest of {(isError ? "stderr" : "stdout")} was deleted before it was recorded");
                return;
            }

            if (isError)
                cast.ShowError(buffer.AsSpan(0, count), time);
            else
                cast.Show(buffer.AsSpan(0, count), time);
            offset += count;
        }
    }
}
