using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>wait</c>.</summary>
internal static class WaitCall
{
    public static Task<CommandResult> ForAsync(ReconnectingConnection link, string job, CancellationToken cancellationToken)
        => ResultAsync(link, job, () => new WaitRequest { Job = job }, cancellationToken);

    /// <summary>Sends a request whose answer is the job's own result.</summary>
    public static Task<CommandResult> ResultAsync(
        ReconnectingConnection link, string job, Func<OpenRequest> request, CancellationToken cancellationToken)
    {
        string id = job;
        var failures = new FailureTranslation(link.Host)
        {
            Job = job,
            Verb = "wait",
            Unverified = message => $"the state of the job {id} is unknown: {message}",
        };
        var conversation = new ResumableRequest(link, request)
        {
            Accepted = (_, opened) =>
            {
                id = opened.Job ?? id;
                failures.Job = id;
                return Task.CompletedTask;
            },
        };
        return failures.RunAsync(async () =>
        {
            var result = (ResultMessage)await conversation.RunAsync(cancellationToken).ConfigureAwait(false);
            return CommandResult.From(id, result);
        });
    }
}
