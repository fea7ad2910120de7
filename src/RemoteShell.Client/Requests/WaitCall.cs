using RemoteShell.Client.Connections;
using RemoteShell.Client.Results;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>wait</c>, and of other requests about a job that have no streams.</summary>
internal static class WaitCall
{
    public static Task<CommandResult> ForAsync(ReconnectingConnection link, string job, CancellationToken cancellationToken)
        => ResultAsync(link, job, id => new WaitRequest { Job = id }, cancellationToken);

    /// <summary>Sends a request whose answer is the job's own result.</summary>
    /// <param name="link">The connections.</param>
    /// <param name="job">The job's id, or a prefix of it.</param>
    /// <param name="request">Makes the request, with the id as far as it is known.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<CommandResult> ResultAsync(
        ReconnectingConnection link, string job, Func<string, OpenRequest> request, CancellationToken cancellationToken)
    {
        FailureTranslation failures = Failures(link, job);
        ResumableRequest? conversation = null;
        conversation = new ResumableRequest(link, () => request(conversation!.AcceptedJob ?? job))
        {
            Job = job,
            Accepted = (_, _) =>
            {
                failures.Job = conversation!.AcceptedJob;
                return Task.CompletedTask;
            },
        };
        return failures.RunAsync(async () =>
        {
            var result = (ResultMessage)await conversation.RunAsync(cancellationToken).ConfigureAwait(false);
            return CommandResult.From(conversation.AcceptedJob ?? job, result);
        });
    }

    /// <summary>Sends a request whose answer only says that it was done.</summary>
    /// <inheritdoc cref="ResultAsync"/>
    public static Task DoneAsync(
        ReconnectingConnection link, string job, Func<string, OpenRequest> request, CancellationToken cancellationToken)
        => DoneAsync(link, job, request, Failures(link, job), cancellationToken);

    /// <summary>Sends a request whose answer only says that it was done, and translates its failures.</summary>
    public static Task DoneAsync(
        ReconnectingConnection link,
        string job,
        Func<string, OpenRequest> request,
        FailureTranslation failures,
        CancellationToken cancellationToken)
    {
        var conversation = new ResumableRequest(link, () => request(job)) { Job = job, AllowsImmediateResult = true };
        return failures.RunAsync(async () =>
        {
            var result = (ResultMessage)await conversation.RunAsync(cancellationToken).ConfigureAwait(false);
            ResultMeaning.RequireDone(result);
            return result;
        });
    }

    private static FailureTranslation Failures(ReconnectingConnection link, string job)
    {
        FailureTranslation? failures = null;
        failures = new FailureTranslation(link.Host)
        {
            Job = job,
            Verb = "wait",
            Unverified = message => $"the state of the job {failures!.Job} is unknown: {message}",
        };
        return failures;
    }
}
