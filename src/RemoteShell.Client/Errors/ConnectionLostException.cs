using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>The connection was lost and did not come back in time. The job may run on, as its policy says, and can be attached to.</summary>
public sealed class ConnectionLostException : RemoteShellException
{
    internal ConnectionLostException(string job, string host, Exception inner, string verb = "attach --from-start") : base($"{inner.Message}; the job {job} may still run there", inner)
    {
        JobId = job;
        Hint = $"go on with it from here or from elsewhere: rsh-client {verb} {host} {job}";
    }

    /// <summary>The job.</summary>
    public string JobId { get; }
}
