namespace RemoteShell.Protocol.Messages;

/// <summary>Why a <c>connect</c> or <c>listen</c> job never started, for programs: the words of <c>fault</c> in the result.</summary>
public static class ForwardFault
{
    /// <summary>Nothing listens there.</summary>
    public const string Refused = "refused";

    /// <summary>The host or its network cannot be reached.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The name, the socket or the accepted connection does not exist.</summary>
    public const string NotFound = "not-found";

    /// <summary>The target did not answer in time.</summary>
    public const string TimedOut = "timed-out";

    /// <summary>The address is in use.</summary>
    public const string InUse = "in-use";

    /// <summary>The operating system does not allow it.</summary>
    public const string NotAllowed = "not-allowed";

    /// <summary>Any other failure.</summary>
    public const string Failed = "failed";
}
