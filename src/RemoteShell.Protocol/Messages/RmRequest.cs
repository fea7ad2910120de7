namespace RemoteShell.Protocol.Messages;

/// <summary>Forgets a job that has ended, with what it wrote. No byte streams.</summary>
public sealed record RmRequest() : OpenRequest("rm")
{
    /// <summary>The job's id, or the beginning of it that no other job of the same key has.</summary>
    public required string Job { get; init; }
}
