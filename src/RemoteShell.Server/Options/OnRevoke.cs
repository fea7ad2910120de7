namespace RemoteShell.Server;

/// <summary>What becomes of the jobs of a key that is not authorized any more.</summary>
public enum OnRevoke
{
    /// <summary>They are ended.</summary>
    Kill,

    /// <summary>Commands run on, whatever their on-disconnect policy says; transfers and forwarded connections are ended.</summary>
    Keep,
}
