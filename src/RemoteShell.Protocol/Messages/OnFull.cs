namespace RemoteShell.Protocol.Messages;

/// <summary>What happens to a job when its unread output reaches the quota.</summary>
public static class OnFull
{
    /// <summary>The job pauses until there is room.</summary>
    public const string Pause = "hold";

    /// <summary>The oldest bytes are dropped.</summary>
    public const string DropOldest = "drop-oldest";

    /// <summary>The job is ended.</summary>
    public const string Kill = "kill";

    /// <summary>Whether the word is a policy.</summary>
    public static bool IsKnown(string? word) => word is Pause or DropOldest or Kill;
}
