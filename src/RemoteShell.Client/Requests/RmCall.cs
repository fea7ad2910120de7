using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>rm</c>.</summary>
internal static class RmCall
{
    public static Task ForgetAsync(ReconnectingConnection link, string job, CancellationToken cancellationToken)
    {
        var failures = new FailureTranslation(link.Host)
        {
            Job = job,
            Removes = true,
            Unverified = message => $"it is not known whether the job {job} was removed: {message}",
        };
        return WaitCall.DoneAsync(link, job, id => new RmRequest { Job = id }, failures, cancellationToken);
    }
}
