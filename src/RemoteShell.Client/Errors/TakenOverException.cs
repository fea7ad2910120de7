using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>Another client with the same key has taken over the job's terminal.</summary>
public sealed class TakenOverException : RemoteShellException
{
    internal TakenOverException(string job, string host, Exception inner) : base($"the job {job} was taken over by another client", inner)
    {
        JobId = job;
        Hint = $"take it back with: rsh-client attach {host} {job}";
    }

    /// <summary>The job's id.</summary>
    public string JobId { get; }
}
