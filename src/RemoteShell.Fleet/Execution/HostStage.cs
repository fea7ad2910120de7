namespace RemoteShell.Fleet.Execution;

/// <summary>How far a host is.</summary>
internal enum HostStage
{
    /// <summary>There is no connection yet.</summary>
    Connecting,

    /// <summary>The server may have got the request.</summary>
    Asked,

    /// <summary>The request was left while there was no connection.</summary>
    Cut,
}
