namespace RemoteShell.Fleet;

/// <summary>How far a kept run is.</summary>
public enum RunState
{
    /// <summary>A client runs it.</summary>
    Running,

    /// <summary>Its client is gone, and not all hosts have a verdict.</summary>
    Interrupted,

    /// <summary>All hosts have a verdict.</summary>
    Ended,
}
