using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Connections;

/// <summary>Decides which failures another attempt can overcome.</summary>
internal static class RetryPolicy
{
    /// <summary>Whether a request can resume on another connection.</summary>
    /// <remarks>A server at its limits has started nothing; after a loss it may still count the lost connection.</remarks>
    public static bool MayResume(Exception failure) => failure switch
    {
        ConnectionException { Reason: { IsLoss: true } } => true,
        ConnectionException { Reason.Code: CloseReason.Goodbye or ErrorCode.Stopping or ErrorCode.Limit } => true,
        ChannelException { Code: ErrorCode.Stopping } => true,
        _ => false,
    };

    /// <summary>Whether a request that cannot resume can be sent again from its beginning on another connection.</summary>
    public static bool MayStartOver(Exception failure) => failure is ConnectionException && MayResume(failure);

    /// <summary>Whether a new request may open another connection after the last one ended for that reason.</summary>
    /// <remarks>A client that was disconnected because it was idle may come back; one that is not authorized may not.</remarks>
    public static bool MayReopen(CloseReason ended) => ended.Code == ErrorCode.Idle || MayResume(new ConnectionException(ended));

    /// <summary>Whether an attempt to reconnect that failed so may be followed by another attempt.</summary>
    public static bool MayDialAgain(Exception failure) => failure switch
    {
        ConnectFailedException or TransportException or IOException or TimeoutException or KeySignerException => true,
        ConnectionException { Reason: { IsLoss: true } } => true,
        ConnectionException { Reason.Code: CloseReason.Goodbye or ErrorCode.Limit or ErrorCode.Stopping } => true,
        _ => false,
    };

    /// <summary>Whether a client can join a chat room again because the server no longer has the next messages.</summary>
    public static bool MayRejoin(RequestRefusedException failure) => failure.Code == ErrorCode.Gone;
}
