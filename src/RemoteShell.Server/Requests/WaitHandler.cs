using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>wait</c>: waits until a job has ended.</summary>
internal static class WaitHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, WaitRequest wait)
    {
        context.Check(new(KeyVerb.Jobs, $"wait for {wait.Job}"));
        Job job = context.GetJob(wait.Job);
        channel.Post(new OpenedMessage { Job = job.Id });
        using IDisposable watching = job.Clients.Watch();
        await EndAsync(channel, job, context.Services.Stopping);
    }

    /// <summary>Waits for the job's end, and ends the channel with the job's result.</summary>
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
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping; detached jobs continue", "try again when it is back"));
        }
        catch (OperationCanceledException)
        {
            // The client has left.
        }
    }
}
