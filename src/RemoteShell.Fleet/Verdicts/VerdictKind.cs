namespace RemoteShell.Fleet;

/// <summary>How a host of a run ended; each host has exactly one verdict.</summary>
public enum VerdictKind
{
    /// <summary>The command exited with 0.</summary>
    Ok,

    /// <summary>The command exited with another exit status.</summary>
    Failed,

    /// <summary>A signal that the server did not send on its own ended the command.</summary>
    Signaled,

    /// <summary>The command reached its timeout, or still ran at the deadline of the run.</summary>
    TimedOut,

    /// <summary>The command was ended: by its owner, by this client, or by a policy of the server. The reason says which.</summary>
    Killed,

    /// <summary>The server could not start the command.</summary>
    NotStarted,

    /// <summary>The server refused the request, and did nothing.</summary>
    Refused,

    /// <summary>No connection came about.</summary>
    Unreachable,

    /// <summary>The server does not accept this client's key.</summary>
    Unauthorized,

    /// <summary>The server's key is unknown, or differs from the known one.</summary>
    HostKey,

    /// <summary>The output that arrived is not, or may not be, all that the server sent.</summary>
    Unverified,

    /// <summary>It is not known how the command ended.</summary>
    Lost,

    /// <summary>The host was not begun.</summary>
    Skipped,
}
