using System.IO.Pipelines;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Files;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Transfers files in this process: standard input and output carry the records.</summary>
/// <param name="service">Makes the service when the job runs.</param>
/// <param name="before">Completes when the transfer may begin.</param>
internal sealed class FilesRunner(Func<Job, FileService> service, Task before) : IJobRunner
{
    // Bytes of standard input that wait in memory for the disk.
    private const int InputBuffer = 1024 * 1024;

    // The default of 4 KiB would cut each block of content into many pieces.
    private const int Segment = 64 * 1024;

    private const int Failed = 1;

    public IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        var options = new PipeOptions(
            pauseWriterThreshold: InputBuffer,
            resumeWriterThreshold: InputBuffer / 2,
            minimumSegmentSize: Segment,
            useSynchronizationContext: false);
        var pipe = new Pipe(options);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(job.Stopping);
        Task feeding = FeedAsync(input, pipe.Writer, gone.Token);
        try
        {
            await before.WaitAsync(gone.Token);
            await using Stream output = new ReplayBufferStream(job.Buffer("stdout"));
            string? refusal = await service(job).ServeAsync(pipe.Reader, output, gone.Token);
            return new(Outcome.Exited, refusal is null ? 0 : Failed) { Reason = refusal };
        }
        catch (OperationCanceledException) when (job.Cause is { } cause)
        {
            return JobOutcome.Of(new(Failed), cause);
        }
        catch (Exception e) when (e is RecordException or EarlyEndException or FileException or IOException)
        {
            string reason = e is EarlyEndException ? "the client left before the end of the transfer" : e.Message;
            await job.Buffer("stderr").AppendAsync(Encoding.UTF8.GetBytes(reason));
            return new(Outcome.Exited, Failed) { Reason = reason };
        }
        finally
        {
            await gone.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await feeding;
        }
    }

    // A transfer is ended, not interrupted.
    public bool Signal(int number) => false;

    private static async Task FeedAsync(JobInput? input, PipeWriter target, CancellationToken gone)
    {
        try
        {
            if (input is not null)
                await input(target.AsStream(leaveOpen: true), gone);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The transfer has ended, and reads no more.
        }

        await target.CompleteAsync();
    }
}
