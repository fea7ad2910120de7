namespace RemoteShell.Protocol.Messages;

/// <summary>Waits for a job's end. No byte streams.</summary>
public sealed record WaitRequest() : OpenRequest("wait")
{
    /// <summary>The job's id, or the beginning of it that no other job of the same key has.</summary>
    public required string Job { get; init; }
}
