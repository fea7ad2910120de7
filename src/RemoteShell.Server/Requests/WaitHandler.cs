using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Waits for a job's end.</summary>
internal static class WaitHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, WaitRequest wait)
    {
        if (context.FindJob(channel, wait.Job) is not { } job)
            return;
        channel.Post(new OpenedMessage { Job = job.Id });
        using IDisposable watching = job.Clients.Watch();
        await EndAsync(channel, job, context.Services.Stopping);
    }

    /// <summary>Ends the channel with the job's result.</summary>
    public static async Task EndAsync(Channel channel, Job job, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, stopping);
        try
        {
            await job.Completion.WaitAsync(ended.Token);
            channel.Finish(JobReply.Of(job, new Dictionary<string, StreamTotal>()));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping; what is detached goes on", "ask again when it is back"));
        }
        catch (OperationCanceledException)
        {
            // Whoever waited is gone.
        }
    }
}
