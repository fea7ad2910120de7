namespace RemoteShell.Protocol.Messages;

/// <summary>Removes a job that has ended, and its output. No byte streams.</summary>
public sealed record RmRequest() : OpenRequest("rm")
{
    /// <summary>The job's id, or a prefix that is unique among the jobs of the same key.</summary>
    public required string Job { get; init; }
}
