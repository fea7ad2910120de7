namespace RemoteShell.Protocol.Messages;

/// <summary>Waits until a job ends. No byte streams.</summary>
public sealed record WaitRequest() : OpenRequest("wait")
{
    /// <summary>The job's id, or a prefix that is unique among the jobs of the same key.</summary>
    public required string Job { get; init; }
}
