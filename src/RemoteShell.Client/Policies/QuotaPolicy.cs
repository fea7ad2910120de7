namespace RemoteShell.Client;

/// <summary>What happens to a job whose unread output reaches the server's quota.</summary>
public enum QuotaPolicy
{
    /// <summary>The job pauses until there is room.</summary>
    Pause,

    /// <summary>The server drops the oldest bytes.</summary>
    DropOldest,

    /// <summary>The server ends the job.</summary>
    Kill,
}
