namespace RemoteShell.Fleet;

/// <summary>Why a run ends before its hosts do.</summary>
public enum StopCause
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>The deadline of the run.</summary>
    Deadline,

    /// <summary>The user.</summary>
    User,

    /// <summary>A fault of this client: it cannot show the output, for example.</summary>
    Fault,
}
