namespace RemoteShell.Client;

/// <summary>The state of a job.</summary>
public enum JobState
{
    /// <summary>A state that this version does not know; <see cref="JobInfo.StateName"/> is its word.</summary>
    Unknown,

    /// <summary>The job runs.</summary>
    Running,

    /// <summary>The job has reached a quota and pauses until there is room.</summary>
    Paused,

    /// <summary>The job has ended.</summary>
    Ended,
}
