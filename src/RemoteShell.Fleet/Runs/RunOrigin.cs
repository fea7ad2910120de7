namespace RemoteShell.Fleet;

/// <summary>Whether a client goes on with what an earlier one has begun.</summary>
public enum RunOrigin
{
    /// <summary>No client has begun with the host.</summary>
    New,

    /// <summary>An earlier client may have begun with the host.</summary>
    Resumed,
}
