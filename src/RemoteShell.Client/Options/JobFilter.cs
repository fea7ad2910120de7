namespace RemoteShell.Client;

/// <summary>Which jobs a list contains.</summary>
public enum JobFilter
{
    /// <summary>Jobs that run, and jobs that have ended and whose result no client has fetched.</summary>
    RunningOrUnfetched,

    /// <summary>Jobs that run.</summary>
    Running,

    /// <summary>All jobs that the server still knows.</summary>
    All,
}
